import { type FormEvent, type ReactNode, type SyntheticEvent, useEffect, useId, useRef, useState } from 'react';
import { useAction } from './useAction.ts';

interface Props {
  title: string;
  /** What will happen. */
  children: ReactNode;
  /** On the button that does it. */
  verb: string;
  /** What the reason is for. */
  whyLabel: string;
  act: (why: string) => Promise<unknown>;
  onDone: () => void;
  onClose: () => void;
}

/** Says what will happen, takes the reason, and does it only then. */
export function ConfirmDialog({ title, children, verb, whyLabel, act, onDone, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [why, setWhy] = useState('');
  const { busy, error, run } = useAction();
  const heading = useId();

  useEffect(() => {
    dialog.current?.showModal();
  }, []);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await run(() => act(why.trim())))) return;
    // Closing it first gives the focus back to where it was.
    dialog.current?.close();
    onDone();
  };
  const stayWhileBusy = (event: SyntheticEvent) => busy && event.preventDefault();

  return (
    <dialog ref={dialog} className="confirm" aria-labelledby={heading} onCancel={stayWhileBusy} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <h2 id={heading}>{title}</h2>
        {children}
        <label>
          {whyLabel}
          <textarea
            rows={3}
            value={why}
            maxLength={1000}
            required
            autoFocus
            onChange={(event) => setWhy(event.target.value)}
          />
          <small>Kept in the audit log, with your name.</small>
        </label>
        {error !== null && (
          <p className="note note-bad" role="alert">
            {error}
          </p>
        )}
        <div className="row">
          <button type="submit" className="primary" disabled={busy || why.trim() === ''}>
            {busy ? 'Under way…' : verb}
          </button>
          <button type="button" className="quiet" disabled={busy} onClick={() => dialog.current?.close()}>
            Leave it
          </button>
        </div>
      </form>
    </dialog>
  );
}
