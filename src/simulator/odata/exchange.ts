/** One OData request as its routes see it. */
import type { RequestKind } from '../description.ts';
import type { Answer } from '../http/answer.ts';
import type { Exchange, InSession } from '../http/exchange.ts';
import type { Outcome } from '../http/disturbed.ts';
import type { Occurrence } from '../store/occurrence.ts';
import type { Address, QueryOptions } from './address.ts';
import { noTable, syntaxError } from './faults.ts';
import { featuresOf, type Form } from './form.ts';
import { systemOccurrence } from './system-tables.ts';

type OData = {
  readonly form: Form;
  readonly options: QueryOptions;
  /** What stands in the parentheses of the segment that a route marks with `()`. */
  readonly key: string | undefined;
  readonly isInBatch: boolean;
};

export type ServerExchange = Exchange & OData & { readonly account: string | undefined };

/** There is no session in OData: this one lasts as long as the request, and carries its account. */
export type ODataExchange = InSession &
  OData & {
    /** `http://host/fmi/odata/v4/Main`, the file as the request spells it. */
    readonly databaseUrl: string;
  };

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

type RouteShape = {
  readonly kind: RequestKind | ((address: Address) => RequestKind);
  readonly method: Method;
  /**
   * Below the root, `:name` for a segment of any name, `Script.:script` for one that begins so, `()` behind it where it carries a key:
   * `:database/:set()/:field`. Of several that fit, the one with more fixed text is taken.
   */
  readonly path: string;
};

export type ODataRoute = RouteShape &
  (
    | { readonly scope: 'server'; readonly handle: (exchange: ServerExchange) => Answer }
    | {
        readonly scope: 'database';
        readonly handle: (exchange: ODataExchange) => Outcome | Promise<Outcome>;
      }
  );

/** The table occurrence that the path names, by its name or as `FMTID:n`. Throws -1020, or -1002 for what no path can name. */
export function occurrenceOf(exchange: ODataExchange, name = exchange.params['set'] ?? ''): Occurrence {
  const { database, simulation } = exchange;
  const unnameable = /[$~?].*$/s.exec(name);
  if (unnameable) throw syntaxError(unnameable[0]);
  const [, id] = /^FMTID:(\d+)$/.exec(name) ?? [];
  const isById = id !== undefined && featuresOf(simulation.options).entityIds;
  const named = database.occurrences.find((one) => (isById ? one.id === Number(id) : one.name === name));
  const found = named ?? systemOccurrence(database, name);
  if (!found) throw noTable(name);
  return found;
}
