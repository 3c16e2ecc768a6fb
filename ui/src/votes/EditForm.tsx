import { type FormEvent, type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react';
import { editsOf } from './ballot.ts';
import { useVotesHere } from './useVotes.ts';

interface Props {
  turn: string;
  original: string;
  /** What the user wrote before. */
  better: string | null;
  onDone: () => void;
}

/** The answer's own text, to be written better in its place. */
export function EditForm({ turn, original, better, onDone }: Props) {
  const votes = useVotesHere();
  const [text, setText] = useState(better ?? original);
  const field = useRef<HTMLTextAreaElement>(null);
  const changed = text.trim() !== '' && text.trim() !== original.trim() && text !== better;

  useLayoutEffect(() => {
    const element = field.current;
    if (element === null) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [text]);

  const save = (event?: FormEvent) => {
    event?.preventDefault();
    if (!changed) return;
    votes.withdraw(editsOf(votes.casts, turn));
    votes.cast({ kind: 'edit', turn, text: text.trim() });
    onDone();
  };
  const key = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onDone();
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save();
  };

  return (
    <form className="edit" onSubmit={save}>
      <textarea
        ref={field}
        aria-label="Your better answer"
        value={text}
        maxLength={200_000}
        autoFocus
        onChange={(event) => setText(event.target.value)}
        onKeyDown={key}
      />
      <div className="row">
        <button type="submit" className="primary" disabled={!changed}>
          Save better answer
        </button>
        <button type="button" className="quiet" onClick={onDone}>
          Cancel
        </button>
        <span className="hint">Ctrl+Enter saves, Escape leaves it as it was</span>
      </div>
    </form>
  );
}
