import { lazy, Suspense, useEffect, useMemo } from 'react';
import { whenUnauthorised } from './api/http.ts';
import { ChatPage } from './chat/ChatPage.tsx';
import { Sessions } from './chat/sessions.ts';
import { useConversations } from './chat/useConversations.ts';
import { go, type Route, useRoute } from './route.ts';
import { ConversationList } from './shell/ConversationList.tsx';
import { Shell } from './shell/Shell.tsx';
import { useStatus } from './shell/useStatus.ts';
import { SignInPage } from './signin/SignInPage.tsx';
import { VoteBook } from './votes/book.ts';
import { useOutboxDelivery } from './votes/useVotes.ts';

// Who only chats does not load the charts.
const OperatePage = lazy(() => import('./operate/OperatePage.tsx'));

export function App() {
  const route = useRoute();
  useEffect(() => whenUnauthorised(signInFirst), []);
  return route.page === 'sign-in' ? <SignInPage /> : <Main route={route} />;
}

/** All pages but the sign-in share what is kept here: an answer goes on while the reader looks at a round. */
function Main({ route }: { route: Exclude<Route, { page: 'sign-in' }> }) {
  const status = useStatus();
  const conversations = useConversations();
  const { refresh } = conversations;
  const owner = status.status?.owner;
  const book = useMemo(() => (owner === undefined ? null : new VoteBook(owner, localStorage)), [owner]);
  const sessions = useMemo(() => new Sessions(refresh), [refresh]);
  useOutboxDelivery(book);

  if (route.page !== 'chat') {
    const title = route.page === 'round' ? `Round ${route.id}` : 'Operate';
    return (
      <Shell status={status} page="operate" title={title} windowTitle={`${title} · Hone`} book={book} current={null}>
        <Suspense fallback={<div className="operate" aria-busy="true" />}>
          <OperatePage route={route} onActiveChanged={status.refresh} />
        </Suspense>
      </Shell>
    );
  }

  const { conversation } = route;
  const title = conversations.list?.find(({ id }) => id === conversation)?.title ?? 'Chat';
  return (
    <Shell
      status={status}
      page="chat"
      title={conversation === null ? 'New chat' : title}
      windowTitle={conversation === null ? 'Hone' : `${title} · Hone`}
      book={book}
      current={conversation}
      list={(close) => (
        <ConversationList
          conversations={conversations}
          current={conversation}
          onLeave={close}
          onRemoved={(id) => sessions.forget(id)}
        />
      )}
    >
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
