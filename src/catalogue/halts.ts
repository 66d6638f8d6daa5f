/** Why a table is neither read nor written on a server until a person has answered. */
import type { HaltKind } from '../core/halt.ts';
import type { Entries, Family } from './entry.ts';

const entries: Entries<HaltKind | 'first-meeting'> = {
  'first-meeting': {
    title:
      'its keys may not mean the same records as elsewhere; N of N records there are outside its share and would be removed there',
    means:
      'The server was met for the first time, and more than 1% of the records with the same key, 20 at least, hold something else there; or its share leaves many out. Nothing of it was written.',
    do: '`serversync status --examples` shows some that differ. If the same key means the same record, `serversync approve TABLE SERVER`: in each field the later change wins, and what loses is kept. If not, give the records the right keys.',
    more: 'prepare-filemaker.md#two-files-that-drifted-apart',
  },
  'mass-delete': {
    title: 'N of N records are gone; the limit is N a day',
    means: 'More records are missing there than `deletes.limit` allows. Nothing was deleted elsewhere.',
    do: '`serversync halts ID` shows some keys. `approve ID` if they were meant to be deleted everywhere, `put-back ID` if they are lost there, `dismiss ID` once they are there again.',
  },
  restored: {
    title: 'its file was put back to an earlier state (a backup): …',
    means: 'Records are older there than they were, or record ids are given out a second time.',
    do: '`put-back ID` if the others are right and it is to get what it lacks; `approve ID` if what it holds is right for all; `dismiss ID` once the former file is in its place.',
  },
  clone: {
    title:
      'another file is in its place (a clone, a migration): N of N records that were looked up have another record id',
    means:
      'The same keys are in other rows: the file was replaced by a copy that was imported or migrated into.',
    do: 'After a release: `serversync pause --server SERVER`, then `serversync resume --server SERVER --after-migration` pairs the rows by key. Else answer as to `restored`.',
    more: 'day-two.md',
  },
  'schema-drift': {
    title:
      'on its layout FIELD is not there any more (renamed, or taken off it); its LAYOUT is not there any more …',
    means: 'Writing on would leave that field out, or write into another one.',
    do: 'Put it back in layout mode (over OData: in the table), or name it anew in the configuration (`rename`): it goes on by itself. `dismiss ID` has it looked at now.',
  },
  'clock-step': {
    title: "its server's clock was set … by N hours, against the clock of who syncs",
    means: 'By more than an hour: stamps from before would be read wrong, and conflicts decided wrong.',
    do: 'Set the clock of that host right: it goes on by itself. `approve ID` where it is right now. One answer is for all tables of the server.',
  },
  'other-zone': {
    title: "records are stamped there N hours behind the server's clock: its timeZone may be wrong",
    means: 'The order of changes would be wrong by hours.',
    do: 'Correct `timeZone` of the server: it goes on by itself. `approve ID` where it is meant, `dismiss ID` where the host was set right.',
  },
  'hidden-rows': {
    title:
      'the account of the sync may not see N of N records any more; the limit is N from one sweep to the next',
    means:
      'A privilege set that changed hides them. They are parked and count as they were; nothing was deleted.',
    do: '*File > Manage > Security*, privilege set of the account, *Records > View: yes*, then `dismiss ID`. `approve ID` where they are hidden on purpose.',
  },
  migration: {
    title:
      'a release put another file in its place: its rows are paired by their keys before anything is read or written',
    means: 'You said so with `resume --after-migration`. It is being carried out.',
    do: 'Nothing: it goes on by itself.',
    more: 'day-two.md',
  },
  moved: {
    title:
      'it is at another address: whether it is the same file is looked at …; what is at its new address is not the file that is known: …',
    means:
      'Address, database, layout or table changed in the configuration, and known records are not found there as known.',
    do: 'Correct it if it is wrong: it goes on by itself. If it is another file on purpose, take the server out, run once, `serversync forget --server SERVER`, and put it in again.',
    more: 'day-two.md#changing-the-configuration-while-data-lives',
  },
};

export const halts: Family = {
  heading: 'Halts: a table waits for your answer',
  seen: 'As `halted: TABLE on SERVER: …` in a run, `status` and `halts`, as a matter of `attention`, and as `why` in `--json`. The table is neither read nor written on that server; everything else goes on.',
  prefix: 'halt-',
  entries,
};
