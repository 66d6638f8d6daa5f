/**
 * What the privilege set of an account allows. Which code each refusal gives is assumed, from their texts
 * (help.claris.com pro-help error-codes): 105 for a layout that may not be seen, 200 for a record.
 */
import type { AccountDescription, Privileges } from '../description.ts';
import { FileMakerFailure } from '../failure.ts';
import type { Layout } from '../store/layout.ts';
import { param, type InSession } from './exchange.ts';

type OfSession = Pick<InSession, 'simulation' | 'session'>;

/** Throws 105. */
export function layoutOf(exchange: InSession): Layout {
  const layout = exchange.database.layout(param(exchange, 'layout'));
  if (!maySee(exchange, layout)) throw new FileMakerFailure('105');
  return layout;
}

export const maySee = (exchange: OfSession, layout: Layout): boolean =>
  accountOf(exchange)?.layouts?.includes(layout.name) ?? true;

export const may = (exchange: OfSession, what: keyof Privileges): boolean =>
  accountOf(exchange)?.privileges?.[what] ?? true;

/** Throws 200. */
export function requirePrivilege(exchange: OfSession, what: keyof Privileges): void {
  if (!may(exchange, what)) throw new FileMakerFailure('200');
}

const accountOf = ({ simulation, session }: OfSession): AccountDescription | undefined =>
  simulation.options.accounts.find(({ name }) => name === session.account);
