/**
 * What to add in FileMaker so that a table can be synced, step by step, in the words of its menus. Nothing of it is done here.
 */
import type { TableProposal } from './proposal.ts';

export type Steps = { readonly title: string; readonly steps: readonly string[] };

/** One list for each table that lacks a key, a stamp, or keys that are the same; none where nothing is missing. */
export function stepsFor(table: TableProposal): readonly Steps[] {
  return [
    ...(table.lacks.includes('key') ? [keySteps(table)] : []),
    ...(table.lacks.includes('same-keys') ? [sameKeysSteps(table)] : []),
    ...(table.lacks.includes('stamp') ? [stampSteps(table)] : []),
  ];
}

const open = ({ places }: TableProposal): string =>
  `In FileMaker Pro, open the file ${files(places)} with a full access account, choose File > Manage > Database…, click the tab Fields, and choose the table ${tables(places)}`;

const files = (places: TableProposal['places']): string =>
  places.map(({ server, database }) => `${database} of ${server}`).join(', then ');

/** A table occurrence has the name of its table, or it stands for one of another name in Relationships. */
function tables(places: TableProposal['places']): string {
  const named = (['data', 'odata'] as const).flatMap((api) => {
    const names = [...new Set(places.filter((place) => place.api === api).map(({ layout }) => layout))];
    if (names.length === 0) return [];
    return [
      api === 'data' ? `that ${names.join(' or ')} shows` : `of the table occurrence ${names.join(' or ')}`,
    ];
  });
  return named.join(', or ');
}

/** None over OData, which shows all fields of a table. */
function onLayouts(places: TableProposal['places'], field: string): readonly string[] {
  const named = places
    .filter(({ api }) => api === 'data')
    .map(({ server, layout }) => `${layout} of ${server}`);
  if (named.length === 0) return [];
  return [
    `Add ${field} to the layout ${named.join(' and ')}: View > Layout Mode, then Insert > Field…; save the layout`,
  ];
}

const holds = (place: TableProposal['places'][number]): boolean => (place.total ?? 1) > 0;

/** Not PrimaryKey: FileMaker makes a field of that name in new tables, and filling it anew breaks what points to it. */
const newKey = 'SyncKey';

function keySteps(table: TableProposal): Steps {
  const { name, places } = table;
  const filled = places.filter(holds);
  return {
    title: `${name}: a key, on ${places.map(({ server }) => server).join(' and ')}`,
    steps: [
      open(table),
      `Look whether the table has a key that FileMaker fills with Get ( UUID ) already: in new tables it makes one, named PrimaryKey in English. If so, leave what it holds as it is, since other tables point to it:${places.some(({ api }) => api === 'data') ? ' put it on the layouts and' : ''} run serversync init again. If init goes on to propose no key, add one beside it, as follows`,
      `Type the field name ${newKey}, choose the type Text, click Create, then Options…`,
      'Under Auto-Enter tick Calculated value and enter Get ( UUID ). Leave "Do not replace existing value of field (if any)" ticked',
      'Under Validation choose Always, take the tick off "Allow user to override during data entry", and tick "Not empty" and "Unique value". Click OK',
      ...onLayouts(places, newKey),
      ...filledSteps(
        filled.map(({ server }) => server),
        table,
      ),
    ],
  };
}

const fill = (server: string): string =>
  `Records that are there have none yet. On ${server}: show a layout of the table in Browse Mode, choose Records > Show All Records, click into ${newKey}, choose Records > Replace Field Contents…, "Replace with calculated result", enter Get ( UUID ), and click Replace. Back the file up before`;

/** Keys of copies have to be made in one file. */
function filledSteps(filled: readonly string[], { places }: TableProposal): readonly string[] {
  const [one] = filled;
  if (one === undefined) return [];
  if (filled.length === 1) return [fill(one)];
  const others = places.map(({ server }) => server).filter((server) => server !== one);
  return [
    `Do the next step in ONE file only, here that of ${one}, where the files hold copies of the same records: keys that are made in each file by itself are different, and every record would be there twice`,
    fill(one),
    `Then give the records of ${others.join(' and ')} the same keys: put a copy of the file of ${one} in their place, or import ${newKey} from it with "Update matching records in found set", matched by fields that tell the records apart. See docs/prepare-filemaker.md`,
  ];
}

function sameKeysSteps({ name, places, key, comparisons }: TableProposal): Steps {
  const [one, ...others] = places.map(({ server }) => server);
  const alike =
    comparisons.find(({ alikeBy }) => alikeBy !== undefined)?.alikeBy?.field ??
    'a field that tells them apart';
  return {
    title: `${name}: the same keys on ${places.map(({ server }) => server).join(' and ')}`,
    steps: [
      `Decide whose keys stay, here those of ${one}, and back all files up`,
      `On ${others.join(' and ')}: choose File > Import Records > File…, the file of ${one}, "Update matching records in found set", matched by ${alike}, and import ${key?.field ?? 'the key'} alone, without auto-enter. Fields of other tables that hold these keys have to be changed likewise. See docs/prepare-filemaker.md`,
      'Run serversync init again: it compares anew',
    ],
  };
}

function stampSteps(table: TableProposal): Steps {
  const { name, places } = table;
  return {
    title: `${name}: a modification stamp, on ${places.map(({ server }) => server).join(' and ')}`,
    steps: [
      open(table),
      'Type the field name modified_by_user, choose the type Timestamp, click Create, then Options…; under Auto-Enter tick Modification and choose Timestamp (Date and Time). Click OK',
      'Type the field name modified_at_host, choose the type Timestamp, click Create, then Options…; under Auto-Enter tick Calculated value and enter Let ( changed = modified_by_user ; Get ( CurrentHostTimestamp ) ). Take the tick off "Do not replace existing value of field (if any)"',
      'Under Storage choose Indexing All for modified_at_host. Click OK',
      ...onLayouts(places, 'modified_at_host'),
      'Records that are there have no stamp yet: that does no harm, the first run reads all of them',
    ],
  };
}
