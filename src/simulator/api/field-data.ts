/** fieldData of a create or edit as changes of slots, refused field by field as FileMaker refuses. */
import { FileMakerFailure } from '../failure.ts';
import type { InSession } from '../http/exchange.ts';
import { isObject, textOf, type JsonObject } from '../http/json-body.ts';
import type { Layout } from '../store/layout.ts';
import { storedText } from '../store/neutral.ts';
import type { Slot } from '../store/schema.ts';
import type { Changes } from '../store/table.ts';
import { readWall, type DateStyle } from '../wall-text.ts';
import { dateStyle, fromBody } from './parameters.ts';

export type WriteRules = {
  readonly style: DateStyle;
  /** `entrymode: script`: validation that may be overridden is passed by. */
  readonly skipValidation: boolean;
  /** `prohibitmode: script`: fields that prohibit modification take values. */
  readonly mayModify: boolean;
};

export function writeRules(body: JsonObject, exchange: InSession): WriteRules {
  const { profile } = exchange.simulation;
  const style = dateStyle(fromBody(body), exchange, profile.writeDateFormats);
  const options = body['options'] ?? {};
  if (body['options'] !== undefined && !profile.writeOptions) {
    throw new FileMakerFailure('960', 'Unknown parameter(s): options');
  }
  if (!isObject(options)) throw new FileMakerFailure('1708');
  return {
    style,
    skipValidation: isScriptMode(options, 'entrymode'),
    mayModify: isScriptMode(options, 'prohibitmode'),
  };
}

function isScriptMode(options: JsonObject, name: string): boolean {
  const mode = options[name];
  if (mode === undefined || mode === 'user') return false;
  if (mode !== 'script') throw new FileMakerFailure('1708');
  return true;
}

export function fieldChanges(
  fieldData: JsonObject,
  layout: Layout,
  rules: WriteRules,
  setGlobal: (name: string, value: string) => void,
): Changes {
  const changes = new Map<number, string>();
  const prefix = `${layout.table.name}::`;
  for (const [name, given] of Object.entries(fieldData)) {
    const text = textOf(given);
    const slot = layout.slot(name.startsWith(prefix) ? name.slice(prefix.length) : name);
    requireWritable(slot, rules);
    if (slot.field.description.global) setGlobal(prefix + slot.field.name, text);
    else changes.set(slot.index, storedValue(slot, text, rules.style));
  }
  return changes;
}

function requireWritable(slot: Slot, rules: WriteRules): void {
  const { kind = 'normal', prohibitModification } = slot.field.description;
  if (kind !== 'normal') throw new FileMakerFailure('201');
  if (prohibitModification && !rules.mayModify) throw new FileMakerFailure('201');
}

/** Numbers keep the text that was sent. A container takes nothing but '', which clears it (assumed). */
export function storedValue(slot: Slot, text: string, style: DateStyle): string {
  const { type } = slot.field;
  if (text === '') return '';
  if (type === 'text') return storedText(text);
  if (type === 'number') return text;
  if (type === 'container') throw new FileMakerFailure('1708');
  const neutral = readWall(text, type, style);
  if (neutral === undefined) throw new FileMakerFailure(type === 'time' ? '501' : '500');
  return neutral;
}
