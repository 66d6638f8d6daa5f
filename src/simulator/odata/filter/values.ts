/** What stands on either side of a comparison: its type, and its text for each row. */
import type { FieldType } from '../../description.ts';
import type { Row } from '../../store/row-set.ts';
import type { Slot } from '../../store/schema.ts';
import type { Column } from '../columns.ts';
import { incompatibleTypes, noField } from '../faults.ts';
import type { FunctionName, Operand } from './parse.ts';

export type Compiling = {
  readonly column: (name: string) => Column;
  readonly caseSensitive: boolean;
  readonly filterRowIds: boolean;
};

export type Type = Exclude<FieldType, 'container'> | 'null';

export type Value = {
  readonly type: Type;
  /** Empty where there is none. */
  readonly of: (row: Row) => string;
  readonly slot?: Slot;
  readonly isRowId?: boolean;
  readonly constant?: string;
};

/** Throws 8309 for names and types that do not fit. */
export function valueOf(operand: Operand, how: Compiling): Value {
  if (operand.kind === 'field') return fieldValue(operand.name, how);
  if (operand.kind === 'call') return called(operand.called, valueOf(operand.of, how));
  const { literal } = operand;
  switch (literal.kind) {
    case 'null':
      return constant('null', '');
    case 'text':
      return constant('text', literal.text);
    case 'number':
      return constant('number', literal.digits);
    default:
      return constant(literal.kind, literal.neutral);
  }
}

const constant = (type: Type, text: string): Value => ({ type, of: () => text, constant: text });

function fieldValue(name: string, { column, filterRowIds }: Compiling): Value {
  const named = column(name);
  if (named.kind === 'field') {
    const { slot } = named;
    const { type } = slot.field;
    if (type === 'container') throw incompatibleTypes();
    return { type, of: (row) => row.values[slot.index] ?? '', slot };
  }
  if (!filterRowIds) throw noField(name);
  const isRowId = named.kind === 'ROWID';
  return { type: 'number', of: (row) => String(isRowId ? row.id : row.modId), isRowId };
}

function called(name: FunctionName, { type, of }: Value): Value {
  if (type !== 'text') throw incompatibleTypes();
  switch (name) {
    case 'tolower':
      return { type, of: (row) => of(row).toLowerCase() };
    case 'toupper':
      return { type, of: (row) => of(row).toUpperCase() };
    case 'trim':
      return { type, of: (row) => of(row).trim() };
    default:
      return { type: 'number', of: (row) => (of(row) === '' ? '' : String(of(row).length)) };
  }
}
