/**
 * What a function tells: its log, its metrics, its traces. Events of the engine hold no record content (R9); errors are told
 * by code and message.
 */
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, Metrics } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import withMiddlewares from '@middy/core';
import type { Context } from 'aws-lambda';
import {
  figureDimensions,
  type InstallationFigure,
  installationFigures,
  type ServerFigure,
  serverFigures,
} from '../src/config/figures.ts';
import type { ServerName } from '../src/core/names.ts';
import type { EngineEvent } from '../src/engine/events.ts';
import { ownInstallation } from './environment.ts';
import { inSources, placedInSources } from './source-places.ts';

export const logger = new Logger();
// The SDK's own calls would be most of the trace, and its cost.
const tracer = new Tracer({ captureHTTPsRequests: false });
const metrics = new Metrics();
// Dimensions are named for each metric: alarms ask for exactly these.
metrics.clearDefaultDimensions();

/** Values of figures; one that is left out is not known now. */
type Figures<Name extends string> = Readonly<Partial<Record<Name, number>>>;

/** One line of the log in CloudWatch's embedded format. */
export function publishServer(
  installation: string,
  server: ServerName,
  figures: Figures<ServerFigure>,
): void {
  publish(figureDimensions(installation, server), serverFigures, figures);
}

/** The same, of the installation as a whole. */
export function publishInstallation(installation: string, figures: Figures<InstallationFigure>): void {
  publish(figureDimensions(installation), installationFigures, figures);
}

function publish(
  dimensions: Record<string, string>,
  units: Readonly<Record<string, keyof typeof MetricUnit>>,
  figures: Figures<string>,
): void {
  metrics.addDimensions(dimensions);
  for (const [name, value] of Object.entries(figures)) {
    const unit = units[name];
    if (unit !== undefined && value !== undefined) metrics.addMetric(name, MetricUnit[unit], value);
  }
  metrics.publishStoredMetrics();
}

/** Something that a person has to look at, and that nothing else shows. The stack has an alarm on it. */
export function unusual(message: string, error?: unknown): void {
  logger.error(message, error === undefined ? {} : { error: told(error) });
  countUnusual();
}

const countUnusual = (): void => publishInstallation(ownInstallation(), { Unusual: 1 });

/** A failure that passes by itself is a warning; any other is for a person. */
export function toldByKind(message: string, error: unknown): void {
  const passes = error instanceof Error && 'disposition' in error && error.disposition === 'retry';
  if (passes) logger.warn(message, { error: told(error) });
  else unusual(message, error);
}

type Told = {
  readonly name: string;
  readonly code?: string;
  readonly message: string;
  readonly stack?: string;
};

/** Errors that say what to do need no stack. */
export function told(error: unknown): Told {
  if (!(error instanceof Error)) return { name: 'unknown', message: 'something that is no error was thrown' };
  const { name, message } = error;
  if ('code' in error && typeof error.code === 'string' && 'disposition' in error) {
    return { name, code: error.code, message };
  }
  return { name, message, ...(error.stack !== undefined && { stack: inSources(error.stack) }) };
}

/** Those of level `error` are for a person, and nothing else shows them. */
const levels: Partial<Record<EngineEvent['kind'], 'error' | 'warn' | 'debug'>> = {
  'server-failed': 'warn',
  'log-unreadable': 'error',
  'sweep-layout-unfit': 'error',
  'data-limit-reached': 'warn',
  'rows-unseen': 'warn',
  parked: 'warn',
  halted: 'warn',
  'clock-stepped': 'warn',
  'other-zone': 'warn',
  'rewritten-endlessly': 'warn',
  retrying: 'debug',
};

/** An ingest without anything in it, or a page that is an echo, is no news. */
const isNews = (event: EngineEvent): boolean =>
  event.kind !== 'ingested' || event.changed + event.conflicts + event.paired > 0;

export function report(event: EngineEvent): void {
  if (!isNews(event)) return;
  const { kind, ...rest } = event;
  const error = 'error' in event ? { error: told(event.error) } : {};
  const level = levels[kind] ?? 'info';
  logger[level](kind, { ...rest, ...error });
  if (level === 'error') countUnusual();
  if (kind === 'delivered') countWritten(event);
  if (kind === 'hooks-missed')
    publishServer(ownInstallation(), event.server, { MissedByHook: event.changes });
}

function countWritten({
  server,
  created,
  updated,
  removed,
}: Extract<EngineEvent, { kind: 'delivered' }>): void {
  const records = created + updated + removed;
  if (records > 0) publishServer(ownInstallation(), server, { Written: records });
}

/** The handler with what each of them has around it. */
export const observed = <Result>(handler: (event: unknown, context: Context) => Promise<Result>) =>
  withMiddlewares<unknown, Result>(handler)
    .use(captureLambdaHandler(tracer, { captureResponse: false }))
    .use(injectLambdaContext(logger, { resetKeys: true }))
    // The last one is asked first where something is thrown.
    .use({ onError: ({ error }) => placedInSources(error) });
