/**
 * Whose the tables are, which format they have, and which servers and tables they are about. Asked before anything else is
 * read or written: heads and replicas name records by their keys and by a server's own row ids.
 */
import {
  binding,
  factIn,
  type Identity,
  knownFacts,
  type OtherFact,
  otherFacts,
  otherKeyRemedy,
} from '../../core/identity.ts';
import type { Meeting } from '../../core/first-meeting.ts';
import { withAddresses } from '../../core/shape.ts';
import { asNumber, asText, numberOf, textOf } from './attributes.ts';
import { isAbsent, numberIs } from './conditions.ts';
import type { Documents } from './documents.ts';
import { meetingsIn, shapesIn } from './plain-documents.ts';
import { AwsStateError } from './state-error.ts';
import { attributesOf, type Item, type Table } from './table.ts';
import { upgrade } from './upgrade.ts';

/** Counts up with each change of the format that older programs cannot read. Data of the version before is read, and brought up by whoever binds next. */
export const formatVersion = 2;

const oldestReadable = 1;

const ownKey = { pk: 'installation', sk: 'own' };
const factPartition = 'fact';

/** Whether addresses may be others than those that were deployed; keys may not. */
export type Checking = { readonly mayMove?: boolean };

/** Throws AwsStateError where the tables are another's, of another format, or about other servers. Writes nothing. */
export async function checkBinding(
  documents: Documents,
  installation: string,
  identity: Identity,
  { mayMove = false }: Checking = {},
): Promise<void> {
  const { table } = documents;
  const own = await ownOf(table, installation);
  if (own !== undefined && numberOf(own, 'format') < formatVersion) throw notUpgraded(table);
  const others = otherFacts(await factsIn(table), identity);
  if (others.length === 0) return;
  const meetings = await meetingsIn(documents).meetings();
  const bound = binding(meetings);
  const key = others.find(({ name }) => bound.has(name));
  if (key !== undefined) throw otherKey(table, key);
  const [first] = others;
  if (first !== undefined && !(mayMove && (await isKnownWhere(documents, meetings))))
    throw otherServers(table, first);
}

/** Whether it is stored where each table was found, so that another address is seen to be one. */
async function isKnownWhere(
  documents: Documents,
  meetings: readonly Pick<Meeting, 'table'>[],
): Promise<boolean> {
  const tables = [...new Set(meetings.map(({ table }) => table))];
  const shapes = await Promise.all(tables.map((table) => shapesIn(documents).shape(table)));
  return shapes.every((shape) => shape === undefined || shape.addresses !== undefined);
}

/** Throws AwsStateError where the table is another's, or was brought to a format that this program does not know. */
export async function checkFormat(table: Table, installation: string): Promise<void> {
  const own = await table.get(ownKey);
  if (own !== undefined) checkOwn(table, own, installation);
}

/** As checkBinding, but brings up what an earlier format stored, and stores what is new. `documents`: of the control table. */
export async function bindTo(documents: Documents, installation: string, identity: Identity): Promise<void> {
  const { table } = documents;
  const before = await ownOf(table, installation);
  const facts = await factsIn(table);
  const gone = await staleFacts({ documents, facts }, identity);
  if (before === undefined) await claim(table, installation);
  else await raise(documents, before);
  const fresh = Object.entries(identity).filter(([name, value]) => facts.get(name) !== value);
  if (fresh.length > 0) await keepAddresses(documents, facts);
  if (gone.length > 0) await table.removeAll(gone.map(factKey));
  await table.putAll(
    fresh.map(([name, value]) => ({ ...attributesOf(factKey(name)), value: asText(value) })),
  );
}

/** Throws AwsStateError where the table of records is another's; one that nobody claimed is ours from then on. */
export async function bindRecords(table: Table, installation: string): Promise<void> {
  if ((await ownOf(table, installation)) === undefined) await claim(table, installation);
}

/** Who writes records may read many of them at once, and asks for this one in the same way. */
async function ownOf(table: Table, installation: string): Promise<Item | undefined> {
  const [own] = await table.getAll([ownKey]);
  if (own !== undefined) checkOwn(table, own, installation);
  return own;
}

export const factKey = (name: string) => ({ pk: factPartition, sk: `fact ${name}` });

async function claim(table: Table, installation: string): Promise<void> {
  const item = {
    ...attributesOf(ownKey),
    installation: asText(installation),
    format: asNumber(formatVersion),
  };
  if (await table.put(item, isAbsent)) return;
  await ownOf(table, installation);
}

/** What functions of the release before, which were at work meanwhile, stored is brought up by whoever binds next. */
async function raise(documents: Documents, before: Item): Promise<void> {
  const { table } = documents;
  await upgrade(documents);
  if (numberOf(before, 'format') === formatVersion) return;
  const item = { ...before, format: asNumber(formatVersion) };
  await table.put(item, numberIs('format', numberOf(before, 'format')));
}

const notUpgraded = (table: Table): AwsStateError =>
  new AwsStateError(
    'state-older',
    `table ${table.name}`,
    'it was written by an earlier version of serversync',
    'Deploy this version with cdk deploy, and store the accounts if that is not done: its functions bring the table up to date',
  );

function checkOwn(table: Table, own: Item, installation: string): void {
  const stored = textOf(own, 'installation');
  const format = numberOf(own, 'format');
  const place = `table ${table.name}`;
  if (stored !== installation) {
    const found = `it belongs to the installation ${stored}, not to ${installation}`;
    throw new AwsStateError('state-other-installation', place, found, otherInstallation);
  }
  if (format > formatVersion) {
    const found = `its format is version ${format}, and this program knows ${formatVersion}`;
    throw new AwsStateError('state-newer', place, found, 'Deploy a newer serversync');
  }
  if (format < oldestReadable) {
    const found = `its format is version ${format}, and this program reads from ${oldestReadable} on`;
    throw new AwsStateError(
      'state-older',
      place,
      found,
      'Deploy the release in between first, then this one',
    );
  }
}

const otherInstallation =
  'Give each installation tables of its own: deploy under the name that they belong to, or let cdk deploy make new ones';

/** By name. */
type Facts = ReadonlyMap<string, string>;

async function factsIn(table: Table): Promise<Facts> {
  const items = await Array.fromAsync(table.query(factPartition));
  return new Map(items.map((item) => [textOf(item, 'sk').slice('fact '.length), textOf(item, 'value')]));
}

/** Where tables were found is kept with them, in a state that did not keep it yet, before another address is stored. */
async function keepAddresses(documents: Documents, facts: Facts): Promise<void> {
  const shapes = shapesIn(documents);
  const tables = new Set((await meetingsIn(documents).meetings()).map(({ table }) => table));
  for (const name of tables) {
    const shape = await shapes.shape(name);
    const next = shape && withAddresses(shape, facts);
    if (next !== undefined) await shapes.putShape(next);
  }
}

/** Stored facts that no record rests on and that are not given any more; throws where a table that was met has another key. */
async function staleFacts(
  { documents, facts }: { readonly documents: Documents; readonly facts: Facts },
  identity: Identity,
): Promise<readonly string[]> {
  if ([...facts].every(([name, value]) => factIn(identity, name) === value)) return [];
  const meetings = await meetingsIn(documents).meetings();
  const bound = binding(meetings);
  const other = otherFacts(facts, identity).find(({ name }) => bound.has(name));
  if (other !== undefined) throw otherKey(documents.table, other);
  const kept = knownFacts(meetings);
  return [...facts.keys()].filter((name) => !kept.has(name) && factIn(identity, name) === undefined);
}

function otherKey(table: Table, { name, was, now }: OtherFact): AwsStateError {
  const found = `${name} was ${was}, and the configuration says ${now}: by another key records are other records`;
  return new AwsStateError(
    'state-other-servers',
    `table ${table.name}`,
    found,
    `${otherKeyRemedy(name)}. Deploy what you change`,
  );
}

function otherServers(table: Table, { name, was, now }: OtherFact): AwsStateError {
  const found = `${name} was ${was}, and the configuration says ${now}`;
  const remedy =
    'Deploy the configuration first (cdk deploy): the functions find out whether it is the same file there. Or put it back';
  return new AwsStateError('state-other-servers', `table ${table.name}`, found, remedy);
}
