import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react';
import { Stop, TwoUp, Up } from '../shell/icons.tsx';
import { takeDraft } from './draft.ts';

interface Props {
  /** Nothing can be sent yet. */
  disabled: boolean;
  /** A comparison waits for a pick. */
  comparing: boolean;
  /** An answer is being written. */
  busy: boolean;
  two: boolean;
  onTwo: (on: boolean) => void;
  onAsk: (message: string) => void;
  onStop: () => void;
}

export function Composer({ disabled, comparing, busy, two, onTwo, onAsk, onStop }: Props) {
  const [text, setText] = useState(takeDraft);
  const field = useRef<HTMLTextAreaElement>(null);
  const sendable = !disabled && !comparing && !busy && text.trim() !== '';

  useLayoutEffect(() => {
    const element = field.current;
    if (element === null) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [text]);

  const send = () => {
    if (!sendable) return;
    onAsk(text.trim());
    setText('');
    field.current?.focus();
  };
  const key = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={field}
        rows={1}
        aria-label="Message"
        aria-describedby="composer-hint"
        placeholder="Ask something"
        value={text}
        autoFocus
        onChange={(event) => setText(event.target.value)}
        onKeyDown={key}
      />
      <div className="composer-row">
        <button
          type="button"
          className="toggle"
          role="switch"
          aria-checked={two}
          title="Draw two answers and compare them blind"
          onClick={() => onTwo(!two)}
        >
          <TwoUp /> Two answers
        </button>
        <span className="hint" id="composer-hint">
          {comparing ? 'Pick an answer above to go on' : 'Enter sends, Shift+Enter starts a new line'}
        </span>
        {busy ? (
          <button type="button" className="primary" onClick={onStop}>
            <Stop /> Stop
          </button>
        ) : (
          <button type="submit" className="primary" disabled={!sendable}>
            Send <Up />
          </button>
        )}
      </div>
    </form>
  );
}
