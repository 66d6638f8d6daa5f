/** Finds the route of an OData request. Throws -1002 where nothing has that path, -1003 where nothing does so with that method. */
import type { Address, Segment } from './address.ts';
import type { ODataRoute } from './exchange.ts';
import { syntaxError, unsupported } from './faults.ts';

export type Found = {
  readonly route: ODataRoute;
  readonly params: Readonly<Record<string, string>>;
  readonly key: string | undefined;
};

type Part = { readonly prefix: string; readonly param: string | undefined; readonly hasKey: boolean };
type Pattern = { readonly route: ODataRoute; readonly parts: readonly Part[]; readonly fixed: number };

export class ODataRoutes {
  private readonly patterns: readonly Pattern[];

  constructor(routes: readonly ODataRoute[]) {
    this.patterns = routes.map(patternOf).toSorted((a, b) => b.fixed - a.fixed);
  }

  find(method: string, { segments }: Address): Found {
    const fitting = this.patterns.filter(({ parts }) => fits(parts, segments));
    if (fitting.length === 0) throw syntaxError(segments.at(-1)?.name ?? '');
    const pattern = fitting.find(({ route }) => route.method === method);
    if (!pattern) throw unsupported();
    return { route: pattern.route, params: paramsOf(pattern.parts, segments), key: keyOf(segments) };
  }
}

function patternOf(route: ODataRoute): Pattern {
  const parts = route.path
    .split('/')
    .filter((part) => part !== '')
    .map(partOf);
  return { route, parts, fixed: parts.reduce((sum, { prefix }) => sum + prefix.length, 0) };
}

function partOf(text: string): Part {
  const hasKey = text.endsWith('()');
  const name = hasKey ? text.slice(0, -2) : text;
  const colon = name.indexOf(':');
  if (colon < 0) return { prefix: name, param: undefined, hasKey };
  return { prefix: name.slice(0, colon), param: name.slice(colon + 1), hasKey };
}

const fits = (parts: readonly Part[], segments: readonly Segment[]): boolean =>
  parts.length === segments.length && parts.every((part, at) => fitsPart(part, segments[at]));

function fitsPart({ prefix, param, hasKey }: Part, segment: Segment | undefined): boolean {
  if (!segment || hasKey !== (segment.key !== undefined)) return false;
  return param === undefined ? segment.name === prefix : segment.name.startsWith(prefix);
}

const paramsOf = (parts: readonly Part[], segments: readonly Segment[]): Record<string, string> =>
  Object.fromEntries(
    parts.flatMap(({ prefix, param }, at) =>
      param === undefined ? [] : [[param, (segments[at]?.name ?? '').slice(prefix.length)]],
    ),
  );

const keyOf = (segments: readonly Segment[]): string | undefined =>
  segments.find(({ key }) => key !== undefined)?.key;
