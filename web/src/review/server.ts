/** The review's routes, typed. */

import { ApiError, getJson, postJson } from "../shared/api";
import type { Change, Said } from "./decisions";
import { type Learned, type Order, parseOrder, parseStated, type Stated } from "./packed";

export interface Info {
  name: string;
  key: string;
  rows: number;
  drops: number;
  drop_reasons: Record<string, number>;
  values: Record<string, Record<string, number>>;
  sortable: string[];
  reasons: string[];
  attributes: Record<string, string[]>;
  originals: boolean;
}

export interface Heard {
  seq: number;
  rows: Said[];
  an_hour: number;
  thumbs: number;
  features: number;
  ready: boolean;
  trouble: string;
  classes: string[];
}

export interface Done {
  seq: number;
  rows: Said[];
  count: number;
  why?: string;
}

export type ViewName = "all" | "doubt" | "sure" | "above" | "similar" | "copies" | "sorted" | "drops";

export interface Spec {
  view: ViewName;
  label: string;
  value: string;
  face: number;
  above: number;
  where: string;
  equals: string;
  undecided: boolean;
  by: string;
  rising: boolean;
}

export interface Face {
  id?: string;
  width?: number;
  height?: number;
  source?: string;
  source_path: string;
  page_url?: string | null;
  url?: string | null;
  artist?: string | null;
  episode?: string | null;
  rating?: string | null;
  released_at?: string | null;
  tags?: string[] | null;
  box_xyxy?: number[] | null;
  confidence?: number | null;
  labels?: Record<string, string>;
  stage?: string;
  reason?: string;
  detail?: string | null;
  unreadable?: boolean;
}

const AT = "/api/review";

async function packed(path: string): Promise<ArrayBuffer> {
  const response = await fetch(path);
  if (!response.ok) throw new ApiError(response.status, response.statusText);
  return response.arrayBuffer();
}

export const server = {
  info: () => getJson<Info>(`${AT}/info`),
  state: (since: number) => getJson<Heard>(`${AT}/state?since=${since}`),
  order: async (spec: Spec): Promise<Order> => {
    const query = new URLSearchParams(Object.entries(spec).map(([k, v]) => [k, String(v)]));
    return parseOrder(await packed(`${AT}/order?${query}`));
  },
  stated: async (label: string): Promise<Stated> =>
    parseStated(await packed(`${AT}/labels?name=${encodeURIComponent(label)}`)),
  thumbs: (faces: number[]) => packed(`${AT}/thumbs?faces=${faces.join(",")}`),
  face: (face: number) => getJson<Face>(`${AT}/face/${face}`),
  learned: (label: string) =>
    getJson<Partial<Learned> & { lacking: string }>(`${AT}/learned?label=${encodeURIComponent(label)}`),
  decide: (tab: string, faces: number[], set: Change) => postJson<Done>(`${AT}/decide`, { tab, faces, set }),
  undo: (tab: string) => postJson<Done>(`${AT}/undo`, { tab }),
  redo: (tab: string) => postJson<Done>(`${AT}/redo`, { tab }),
  classes: (classes: string[]) => postJson<{ classes: string[] }>(`${AT}/classes`, { classes }),
  apply: (body: { tab: string; label: string; value: string; above: number; fit: string; but: number[] }) =>
    postJson<Done>(`${AT}/apply`, body),
};
