/** Problems that show only once a configuration is compared with the layouts of its servers. */
import type { Entries } from './entry.ts';

export const configurationOnLayouts = {
  'config-layout-missing': {
    title: 'not a LAYOUT of database FILE on server SERVER',
    means:
      'There is no layout (over OData: no table occurrence) of that name, or the account may not see it.',
    do: 'Compare the name with *View > Manage Layouts…*; upper and lower case count. In *File > Manage > Security*, privilege set, *Layouts*, let the account see it.',
    more: 'prepare-filemaker.md#a-sync-layout',
  },
  'config-field-missing': {
    title: 'FIELD is not on LAYOUT; FIELD is on none of the LAYOUTS',
    means:
      'The Data API shows the fields of the layout alone, and this one is not on it; OData those of the table that the account may see.',
    do: 'Put it on the sync layout (*Insert > Field…* in layout mode), correct the name, or map it with `rename`.',
    more: 'prepare-filemaker.md#a-sync-layout',
  },
  'config-field-type': {
    title:
      'FIELD has different types: …; FIELD is NUMBER on layout LAYOUT …; a modification stamp is a timestamp; a key is text or number',
    means: 'A value of one type would be another value, or none, in a field of another.',
    do: 'Give the fields one type in *File > Manage > Database… > Fields* (work on a copy first: FileMaker converts what is there), or take the field out.',
  },
  'config-field-unusable': {
    title:
      'FIELD is a calculation, a summary or a global on LAYOUT …; FIELD belongs to a related table …; FIELD is a container …; FIELD cannot be written …',
    means: 'Such a field is made by FileMaker, is another table’s, or is not carried.',
    do: 'Take it out of `fields`, and keep the fields that it is made of the same instead.',
  },
  'config-nothing-shared': {
    title: 'the LAYOUTS share no field that could be kept the same',
    means: 'With `fields: all` those that all layouts have are kept the same, and there is none.',
    do: 'Put the same fields on each sync layout, or map their names with `rename`.',
  },
} as const satisfies Entries<string>;
