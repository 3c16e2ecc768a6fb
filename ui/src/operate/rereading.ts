import { answerOf, RequestError } from '../api/http.ts';
import { restAfter } from './polling.ts';

/** What is read whole, and again once there is more of it: one read at a time, with a rest behind each. */
export class Rereading<T> {
  /** What was reached when the last read that succeeded began. */
  private covered: string | null = null;
  private underWay = false;
  private restsUntil = -Infinity;
  private stopped = false;

  /**
   * @param show gets every answer until it is stopped
   * @param now milliseconds since whenever
   */
  constructor(
    private readonly read: () => Promise<T>,
    private readonly show: (answer: T | RequestError) => void,
    private readonly now: () => number,
  ) {}

  /**
   * Reads what there is at this point, unless that was read. It may have to wait or may fail, and is then read at one
   * of the next calls: so they must go on when nothing more is reached.
   */
  async reached(point: string): Promise<void> {
    if (this.underWay || point === this.covered || this.now() < this.restsUntil) return;
    this.underWay = true;
    const began = this.now();
    try {
      const answer = await answerOf(this.read);
      if (!(answer instanceof RequestError)) this.covered = point;
      if (!this.stopped) this.show(answer);
    } finally {
      this.underWay = false;
      this.restsUntil = this.now() + restAfter(this.now() - began);
    }
  }

  stop(): void {
    this.stopped = true;
  }
}
