import { useVotesHere } from './useVotes.ts';

/** Votes on these turns that the server does not have, and what can be done about it. */
export function UnsentVotes({ turns }: { turns: string[] }) {
  const votes = useVotesHere();
  return votes.unsent(turns).map((unsent) => (
    <p key={unsent.entry.key} className="note note-bad" role="alert">
      <span>
        {unsent.refused ? 'Your vote was not taken: ' : 'Your vote is not saved yet: '}
        {unsent.reason}
      </span>
      <button type="button" className="small" onClick={() => votes.retry(unsent)}>
        Retry
      </button>
      {unsent.refused && (
        <button type="button" className="small" onClick={() => votes.discard(unsent)}>
          Discard
        </button>
      )}
    </p>
  ));
}
