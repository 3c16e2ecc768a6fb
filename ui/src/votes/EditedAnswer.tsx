import { useState } from 'react';
import { Markdown } from '../chat/Markdown.tsx';
import { editsOf } from './ballot.ts';
import { useVotesHere } from './useVotes.ts';

/** The user's better answer in the place of the model's, which is one click away. */
export function EditedAnswer({ turn, better, original }: { turn: string; better: string; original: string }) {
  const votes = useVotesHere();
  const [showsOriginal, setShowsOriginal] = useState(false);
  return (
    <div className="edited">
      <div className="edited-head">
        <strong>{showsOriginal ? 'The original answer' : 'Your better answer'}</strong>
        <button type="button" className="link" onClick={() => setShowsOriginal(!showsOriginal)}>
          {showsOriginal ? 'Show yours' : 'Show the original'}
        </button>
        <button type="button" className="link" onClick={() => votes.withdraw(editsOf(votes.casts, turn))}>
          Take back
        </button>
      </div>
      <div className="prose">
        <Markdown text={showsOriginal ? original : better} />
      </div>
      <p className="hint">Kept to learn from. The chat itself goes on with the original.</p>
    </div>
  );
}
