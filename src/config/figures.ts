/**
 * The figures in CloudWatch, with their units: one list for those who publish them and for the alarms and graphs that ask for
 * them, so that a figure which is renamed leaves none of these blind.
 */
import type { ServerName } from '../core/names.ts';

export const figuresNamespace = 'ServerSync';

/** Of each server. */
export const serverFigures = {
  Lag: 'Seconds',
  Pending: 'Count',
  Unreachable: 'Count',
  Halted: 'Count',
  Parked: 'Count',
  OffsetLow: 'Milliseconds',
  OffsetHigh: 'Milliseconds',
  /** Records that were created, changed or deleted there; published with each batch in which there were any. */
  Written: 'Count',
  /** Calls of its webhooks that were taken. */
  Hints: 'Count',
  /** Changes that its schedule found and of which no webhook had told, though one stands (core/hint.ts). */
  MissedByHook: 'Count',
  /** Of its data budget; of a server that has one. */
  DataShare: 'Percent',
} as const;

/** Of the installation as a whole. */
export const installationFigures = {
  Measured: 'Count',
  Skew: 'Milliseconds',
  ClockSteps: 'Count',
  Halted: 'Count',
  Parked: 'Count',
  Held: 'Count',
  UnreadableMessages: 'Count',
  /** Calls without the secret, or for what is not there. */
  RefusedCalls: 'Count',
  Unusual: 'Count',
} as const;

export type ServerFigure = keyof typeof serverFigures;
export type InstallationFigure = keyof typeof installationFigures;

/** CloudWatch takes a figure with other dimensions for another figure. */
export const figureDimensions = (installation: string, server?: ServerName): Record<string, string> => ({
  Installation: installation,
  ...(server !== undefined && { Server: server }),
});
