/** How considerate the sync is of those who work on a server: what `niceness` of the configuration means. */

export const nicenesses = [0, 1, 2, 3] as const;
export type Niceness = (typeof nicenesses)[number];

export const defaultNiceness: Niceness = 1;

export type Bounds = {
  /** The most requests of one process that are ever under way at once. */
  readonly most: number;
  /**
   * Of the requests that the server works on without any of them waiting, the part that the sync takes; undefined: slow answers
   * do not matter. More finishes sooner and leaves users less. Simulated, see docs/configuration.md; never measured on a real server.
   */
  readonly share: number | undefined;
};

export function boundsOf(niceness: Niceness, sessions: number): Bounds {
  const bounds: Record<Niceness, Bounds> = {
    0: { most: sessions, share: undefined },
    1: { most: sessions, share: 0.75 },
    2: { most: sessions, share: 0.5 },
    3: { most: 1, share: 0.5 },
  };
  return bounds[niceness];
}
