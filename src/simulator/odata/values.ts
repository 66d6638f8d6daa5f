/** The body of a create or an update as changes of slots; values as OData writes them. */
import { formatWallTime, wallTimeAt } from '../../core/wall-time.ts';
import { FileMakerFailure } from '../failure.ts';
import { parseBody, type Json, type JsonObject } from '../http/json-body.ts';
import type { Simulation } from '../simulation.ts';
import { storedText } from '../store/neutral.ts';
import type { Occurrence } from '../store/occurrence.ts';
import type { Slot } from '../store/schema.ts';
import type { Changes } from '../store/table.ts';
import { readWall } from '../wall-text.ts';
import { slotNamed } from './columns.ts';
import type { ODataExchange } from './exchange.ts';
import { incompatibleTypes, noField } from './faults.ts';
import { inHostZone } from './filter/tokens.ts';

/** Throws -1002 for what is no JSON, 8309 for a name or a type that does not fit, 201 for what is not written over OData. */
export function changesOf(exchange: ODataExchange, occurrence: Occurrence): Changes {
  return changesIn(exchange, occurrence, parseBody(exchange.body.toString('utf8')));
}

/** Names with an `@` say something about a value and are none. */
function changesIn(exchange: ODataExchange, occurrence: Occurrence, body: JsonObject): Changes {
  const members = Object.entries(body).filter(([name]) => !name.includes('@'));
  return new Map(
    members.map(([name, given]): [number, string] => {
      const slot = writableSlot(exchange, occurrence, name);
      const file = slot.field.type === 'container' ? fileIn(exchange, body, name, given) : undefined;
      return [slot.index, file ?? storedValue(slot, given, exchange.simulation)];
    }),
  );
}

/** Bytes in Base64, with their name and type beside them; the first bytes would win over the type (observed). */
function fileIn(
  { simulation }: ODataExchange,
  body: JsonObject,
  name: string,
  given: Json,
): string | undefined {
  if (typeof given !== 'string' || given === '') return undefined;
  const told = (what: string): string | undefined => {
    const text = body[`${name}@com.filemaker.odata.${what}`];
    return typeof text === 'string' ? text : undefined;
  };
  const shape = {
    name: told('Filename') ?? 'Untitled.png',
    type: told('ContentType') ?? 'application/octet-stream',
  };
  return simulation.blobs.keep(shape, Buffer.from(given, 'base64'));
}

/** `name`, `name[4]` for a repetition, or `FMFID:n`. */
function writableSlot(exchange: ODataExchange, occurrence: Occurrence, name: string): Slot {
  const [, bare, repetition] = /^(.*)\[(\d+)\]$/s.exec(name) ?? [];
  const first = slotNamed(exchange, occurrence, bare ?? name);
  const slot = repetition === undefined ? first : first?.field.slots[Number(repetition) - 1];
  if (!slot) throw noField(name);
  const { kind = 'normal', global, prohibitModification } = slot.field.description;
  const { prohibitsModification = false } = exchange.simulation.options.odata ?? {};
  // Globals are read-only over OData.
  const isClosed = prohibitModification === true && prohibitsModification;
  if (kind !== 'normal' || global === true || isClosed) throw new FileMakerFailure('201');
  return slot;
}

/** Numbers keep the digits that were sent; a text is taken for one (assumed). There are no truth values. */
export function storedValue({ field: { type } }: Slot, given: Json, simulation: Simulation): string {
  if (given === null || given === '') return '';
  if (typeof given !== 'string') throw incompatibleTypes();
  switch (type) {
    case 'text':
      return storedText(given);
    case 'number':
      return given;
    case 'container':
      throw incompatibleTypes();
    default:
      return storedWall(given, type, simulation);
  }
}

const timestamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$/;

function storedWall(given: string, type: 'date' | 'time' | 'timestamp', simulation: Simulation): string {
  const [, wall, zone] = type === 'timestamp' ? (timestamp.exec(given) ?? []) : [];
  const shown = wall === undefined || zone === undefined ? given : onHost(wall, zone, simulation);
  const neutral = readWall(shown, type, 'iso');
  if (neutral === undefined) throw incompatibleTypes();
  return neutral;
}

function onHost(wall: string, zone: string, { options, host }: Simulation): string {
  if (options.odata?.convertsWrittenZones !== true) return inHostZone(wall, zone);
  return formatWallTime(wallTimeAt(Date.parse(`${wall}${zone}`), host.timeZone));
}
