import { type FormEvent, useState } from 'react';
import { RequestError } from '../api/http.ts';
import { signIn } from '../api/signIn.ts';
import { Mark } from '../shell/icons.tsx';

/** Where to go after the sign-in: a path of this server only. */
function destination(): string {
  const next = new URLSearchParams(location.search).get('next') ?? '/';
  return /^\/(?![/\\])/.test(next) ? next : '/';
}

export function SignInPage() {
  const [user, setUser] = useState('');
  const [key, setKey] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [sending, setSending] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSending(true);
    try {
      await signIn(key, user.trim());
      location.assign(destination());
    } catch (cause) {
      if (!(cause instanceof RequestError)) throw cause;
      setError(cause.status === 401 ? 'That key is not the one this server was started with.' : cause.message);
      setSending(false);
    }
  };

  return (
    <main className="sign-in">
      <form onSubmit={(event) => void submit(event)}>
        <Mark />
        <h1>Sign in to Hone</h1>
        <label>
          Your name
          <input
            value={user}
            onChange={(event) => setUser(event.target.value)}
            autoComplete="username"
            maxLength={100}
            required
            autoFocus
          />
          <small>Your chats and votes are kept under it.</small>
        </label>
        <label>
          Key
          <input
            type="password"
            value={key}
            onChange={(event) => setKey(event.target.value)}
            autoComplete="current-password"
            required
          />
          <small>Whoever runs this server has it (HONE_KEY).</small>
        </label>
        {error !== null && (
          <p className="note note-bad" role="alert">
            {error}
          </p>
        )}
        <button type="submit" className="primary" disabled={sending}>
          {sending ? 'Signing in…' : 'Sign in'}
        </button>
      </form>
    </main>
  );
}
