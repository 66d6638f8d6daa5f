/** What commands have in common on the command line: where the configuration and the state lie, and how they answer. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { leastRate, mostRate, rateRange } from '../config/max-rate.ts';
import type { StatePlace } from './opened-state.ts';
import { type Output, standardOutput } from './output.ts';

export type Common = { readonly config: string; readonly state?: string; readonly json?: boolean };
export type OfStack = { readonly stack?: string };

/** Of a command that changes something, with asOption (operator.ts). */
export type As = { readonly as?: string };

export const common = (command: Command): Command =>
  command
    .option('--config <file>', 'the configuration', 'serversync.yaml')
    .option('--state <directory>', 'where the state lies (default: .serversync beside the configuration)')
    .option('--json', 'one JSON object as the last line of stdout; text for people goes to stderr');

export const ofStack = (): Option =>
  new Option('--stack <name>', 'of a stack on AWS instead of this machine').conflicts('state');

export function wholeNumber(text: string): number {
  if (isWhole(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number from 0 to 999999999, in digits alone.');
}

/** Where 0 would show nothing of what was asked for. */
export function countingNumber(text: string): number {
  if (isWhole(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError('Give a whole number of 1 or more, in digits alone.');
}

const isWhole = (text: string): boolean => /^\d{1,9}$/.test(text);

/** Records a second. */
export function rate(text: string): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (number >= leastRate && number <= mostRate) return number;
  throw new InvalidArgumentError(`Give ${rateRange}: the most records a second that each server is to get.`);
}

export const where = ({
  config,
  state,
  stack,
  as,
  json,
}: Common & OfStack & As): StatePlace & { readonly output: Output } => ({
  configFile: config,
  stateDirectory: state,
  ...(stack !== undefined && { stack }),
  ...(as !== undefined && { as }),
  output: standardOutput(json === true),
});
