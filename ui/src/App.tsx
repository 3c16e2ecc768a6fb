import { useEffect, useMemo } from 'react';
import { whenUnauthorised } from './api/http.ts';
import { ChatPage } from './chat/ChatPage.tsx';
import { Sessions } from './chat/sessions.ts';
import { useConversations } from './chat/useConversations.ts';
import { go, useRoute } from './route.ts';
import { Shell } from './shell/Shell.tsx';
import { useStatus } from './shell/useStatus.ts';
import { SignInPage } from './signin/SignInPage.tsx';
import { VoteBook } from './votes/book.ts';
import { useOutboxDelivery } from './votes/useVotes.ts';

export function App() {
  const route = useRoute();
  useEffect(() => whenUnauthorised(signInFirst), []);
  return route.page === 'sign-in' ? <SignInPage /> : <Main conversation={route.conversation} />;
}

function Main({ conversation }: { conversation: string | null }) {
  const status = useStatus();
  const conversations = useConversations();
  const { refresh } = conversations;
  const owner = status.status?.owner;
  const book = useMemo(() => (owner === undefined ? null : new VoteBook(owner, localStorage)), [owner]);
  const sessions = useMemo(() => new Sessions(refresh), [refresh]);
  useOutboxDelivery(book);

  return (
    <Shell status={status} conversations={conversations} current={conversation} book={book} sessions={sessions}>
      {book !== null && (
        <ChatPage session={sessions.of(conversation)} book={book} status={status} key={sessions.keyOf(conversation)} />
      )}
    </Shell>
  );
}

/** Leads to the sign-in page, and from there back to where the reader was. */
function signInFirst(): void {
  const next = location.pathname;
  if (next !== '/sign-in') go({ page: 'sign-in', next }, 'replace');
}
