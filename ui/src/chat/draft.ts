const NAME = 'hone.draft';

/** Keeps a message that could not be sent because a sign-in comes first. */
export function keepDraft(message: string): void {
  sessionStorage.setItem(NAME, message);
}

export function takeDraft(): string {
  const message = sessionStorage.getItem(NAME) ?? '';
  sessionStorage.removeItem(NAME);
  return message;
}
