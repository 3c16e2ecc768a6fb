import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { AnswerCount } from '../api/conversations.ts';
import { Down } from '../shell/icons.tsx';
import type { ServerStatus } from '../shell/useStatus.ts';
import { awaitsPick } from '../votes/ballot.ts';
import type { VoteBook } from '../votes/book.ts';
import { useVotes, VotesContext } from '../votes/useVotes.ts';
import { Composer } from './Composer.tsx';
import { EmptyChat } from './EmptyChat.tsx';
import { ExchangeView } from './ExchangeView.tsx';
import { LoadFailure } from './LoadFailure.tsx';
import type { ChatSession } from './session.ts';
import { useStickToEnd } from './useStickToEnd.ts';

const TWO_ANSWERS = 'hone.twoAnswers';
/** The state known when the model is said to be away may be older than that. */
const MODEL_GRACE_MS = 2000;

interface Props {
  session: ChatSession;
  book: VoteBook;
  status: ServerStatus;
}

export function ChatPage({ session, book, status }: Props) {
  const { id, loading, transcript } = useSyncExternalStore(session.subscribe, session.snapshot);
  const votes = useVotes(book, id);
  const [ranked, setRanked] = useState<number | null>(null);
  const [two, setTwo] = useState(() => localStorage.getItem(TWO_ANSWERS) === 'yes');
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const { exchanges, activity } = transcript;
  const { following, toEnd } = useStickToEnd(box, content, exchanges.length > 0 && ranked === null);
  const last = exchanges.at(-1);
  const answers: AnswerCount = two ? 2 : 1;
  const ready = status.status?.ready ?? false;
  const waitsForModel = last?.failure?.code === 'model_loading';

  const setTwoAnswers = (on: boolean) => {
    setTwo(on);
    localStorage.setItem(TWO_ANSWERS, on ? 'yes' : 'no');
  };
  const ask = (message: string) => {
    toEnd();
    void session.ask(message, answers);
  };

  // A server that started anew loads its model first: find out when it is ready, then ask again.
  useEffect(() => {
    if (waitsForModel) status.refresh();
  }, [waitsForModel, status.refresh]);
  useEffect(() => {
    if (!waitsForModel || !ready) return;
    const timer = setTimeout(() => void session.retry(answers), MODEL_GRACE_MS);
    return () => clearTimeout(timer);
  }, [waitsForModel, ready, session, answers]);

  return (
    <VotesContext value={votes}>
      <div className="chat" ref={box}>
        <div
          className="transcript"
          ref={content}
          role="log"
          aria-label="Conversation"
          aria-live="polite"
          aria-busy={activity !== 'idle'}
        >
          {loading.state === 'failed' && <LoadFailure error={loading.error} onRetry={() => void session.load()} />}
          {loading.state === 'here' && exchanges.length === 0 && <EmptyChat onAsk={ask} ready={ready} />}
          {votes.unreadable !== null && (
            <p className="note note-bad" role="alert">
              Your votes on this chat could not be read: {votes.unreadable}
              <button type="button" className="small" onClick={votes.reload}>
                Retry
              </button>
            </p>
          )}
          {exchanges.map((exchange) => (
            <ExchangeView
              key={exchange.position}
              exchange={exchange}
              last={exchange === last}
              activity={exchange === last ? activity : 'idle'}
              busy={activity !== 'idle'}
              ranking={exchange.position === ranked}
              onRanking={(on) => setRanked(on ? exchange.position : null)}
              session={session}
              answers={answers}
            />
          ))}
        </div>
      </div>
      <div className="foot">
        {!following && exchanges.length > 0 && ranked === null && (
          <button type="button" className="to-end" onClick={toEnd}>
            <Down /> To the end
          </button>
        )}
        {loading.state !== 'failed' && (
          <Composer
            disabled={loading.state !== 'here' || !ready}
            comparing={last !== undefined && awaitsPick(last, votes.casts) && activity === 'idle'}
            busy={activity !== 'idle'}
            two={two}
            onTwo={setTwoAnswers}
            onAsk={ask}
            onStop={() => session.stop()}
          />
        )}
      </div>
    </VotesContext>
  );
}
