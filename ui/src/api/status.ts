import { getJson } from './http.ts';

export interface Status {
  /** The model is loaded and has answered once. */
  ready: boolean;
  /** Id of the base model. */
  model: string;
  /** Id of the version that answers. */
  active: string;
  /** Under whose name votes are kept. */
  owner: string;
  signInRequired: boolean;
  /** In tokens. */
  contextWindow: number;
}

export const getStatus = (): Promise<Status> => getJson('/api/status');
