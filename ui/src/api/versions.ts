import { getJson, jsonBody, request } from './http.ts';
import type { Metrics, RoundState } from './rounds.ts';

export interface ModelVersion {
  id: string;
  /** The untrained model under it; its own id for that model. */
  base: string;
  parent: string | null;
  active: boolean;
  createdAt: string;
  /** The round that made it; null for an untrained model. */
  round: string | null;
  state: 'published' | 'candidate' | 'base';
  decision: RoundState | null;
  metrics: Metrics | null;
}

/** Something that a person, or a round that passed the gate, did to the versions. */
export interface AuditEntry {
  at: string;
  who: string;
  action: string;
  subject: string | null;
  before: string | null;
  after: string | null;
  why: string | null;
}

const ROOT = '/api/versions';

export const listVersions = (): Promise<ModelVersion[]> => getJson(ROOT);

/** Lets a version answer; one that the gate did not pass wants an override, which wants a reason. */
export async function publishVersion(id: string, override: boolean, why: string): Promise<void> {
  await request(`${ROOT}/${encodeURIComponent(id)}/publish`, jsonBody('POST', { override, why }));
}

/** Lets the parent of the active version answer again. */
export async function rollBack(why: string): Promise<void> {
  await request(`${ROOT}/rollback`, jsonBody('POST', { why }));
}

/** Newest first. */
export const listAudit = (limit: number): Promise<AuditEntry[]> => getJson(`/api/audit?limit=${limit}`);
