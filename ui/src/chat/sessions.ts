import { go } from '../route.ts';
import { ChatSession } from './session.ts';

/** The conversations opened since the page was loaded; an answer goes on in those not looked at. */
export class Sessions {
  private readonly opened = new Map<string, ChatSession>();
  private readonly numbers = new WeakMap<ChatSession, number>();
  private count = 0;
  private blank: ChatSession | null = null;

  /** `onChanged` hears of everything that the list of conversations shows. */
  constructor(private readonly onChanged: () => void) {}

  /** The session of a conversation; null is the one not yet begun. */
  of(id: string | null): ChatSession {
    if (id === null) return (this.blank ??= this.open(null));
    const known = this.opened.get(id);
    if (known !== undefined) return known;
    const session = this.open(id);
    this.opened.set(id, session);
    return session;
  }

  /** A key that stays the same while a new conversation gets its id. */
  keyOf(id: string | null): number {
    return this.numbers.get(this.of(id))!;
  }

  /** Stops and forgets a conversation that was deleted. */
  forget(id: string): void {
    this.opened.get(id)?.stop();
    this.opened.delete(id);
  }

  private open(id: string | null): ChatSession {
    const session = new ChatSession(id, (begun, given) => this.begun(begun, given), this.onChanged);
    this.numbers.set(session, this.count++);
    return session;
  }

  private begun(session: ChatSession, id: string): void {
    this.opened.set(id, session);
    const looking = this.blank === session && location.pathname === '/';
    this.blank = null;
    if (looking) go({ page: 'chat', conversation: id }, 'replace');
  }
}
