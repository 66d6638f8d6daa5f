/** What a name in a query stands for: a field by its name or as `FMFID:n`, ROWID or ROWMODID. */
import type { Occurrence } from '../store/occurrence.ts';
import { slotOfFieldId } from '../store/occurrence.ts';
import type { Slot } from '../store/schema.ts';
import type { ODataExchange } from './exchange.ts';
import { noField, syntaxError } from './faults.ts';
import { featuresOf } from './form.ts';
import { tokensOf, type NameRules, type Token } from './filter/tokens.ts';

export type Column =
  | { readonly kind: 'field'; readonly slot: Slot }
  /** Get(RecordID) and Get(RecordModificationCount). */
  | { readonly kind: 'ROWID' | 'ROWMODID' };

export const rowId: Column = { kind: 'ROWID' };
export const rowModId: Column = { kind: 'ROWMODID' };

export const nameRules = ({ simulation }: Pick<ODataExchange, 'simulation'>): NameRules => ({
  quoteUnderscores: simulation.options.odata?.quoteUnderscores ?? false,
});

/** Throws 8309. */
export function columnNamed(exchange: ODataExchange, occurrence: Occurrence, name: string): Column {
  const slot = slotNamed(exchange, occurrence, name);
  if (slot) return { kind: 'field', slot };
  if (name === 'ROWID' || name === 'ROWMODID') return { kind: name };
  throw noField(name);
}

export function slotNamed(exchange: ODataExchange, occurrence: Occurrence, name: string): Slot | undefined {
  const [, fmfid] = /^FMFID:(\d+)$/.exec(name) ?? [];
  if (fmfid === undefined || !featuresOf(exchange.simulation.options).entityIds)
    return occurrence.table.schema.slot(name);
  return slotOfFieldId(occurrence, Number(fmfid));
}

/** `a,"b c"` as names. Throws -1002. */
export function namesOf(exchange: ODataExchange, text: string): readonly string[] {
  const { list } = tokensOf(text, nameRules(exchange));
  return list.flatMap((token, at) => {
    const isName = at % 2 === 0;
    if (isName !== (token.kind === 'name') || (!isName && !isComma(token)))
      throw syntaxError(text.slice(token.at));
    return token.kind === 'name' ? [token.name] : [];
  });
}

export const isComma = (token: Token): boolean => token.kind === 'mark' && token.mark === ',';
