import { jsonBody, request } from './http.ts';

export async function signIn(key: string, user: string): Promise<void> {
  await request('/api/sign-in', jsonBody('POST', { key, user }));
}

export async function signOut(): Promise<void> {
  await request('/api/sign-out', { method: 'POST' });
}
