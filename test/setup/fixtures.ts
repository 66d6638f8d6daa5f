/** Six files as customers have them. */
import { type FakeServer, field, filled } from './fake-inspection.ts';

export type Fixture = Readonly<Record<string, FakeServer>>;

type Row = Readonly<Record<string, string>>;

/** Four in the form of Get ( UUID ), made from a number and where it was made. */
const uuid = (number: number, maker = 'a'): string =>
  `${String(number).padStart(8, '0')}-0000-4000-8000-${maker.repeat(12)}`.toUpperCase();

const rowsOf = (count: number, make: (number: number) => Row): readonly Row[] =>
  Array.from({ length: count }, (_, index) => make(index + 1));

const stampAt = (number: number): string =>
  new Date(Date.UTC(2026, 0, 1) + number * 3_600_000).toISOString().slice(0, 19);

const locked = { ...filled, notEmpty: true };

const clarisFields = [
  field('PrimaryKey', 'text', locked),
  field('CreationTimestamp', 'timestamp', filled),
  field('CreatedBy', 'text', filled),
  field('ModificationTimestamp', 'timestamp', filled),
  field('ModifiedBy', 'text', filled),
];
const clarisRow = (number: number): Row => ({
  PrimaryKey: uuid(number),
  CreationTimestamp: stampAt(number),
  CreatedBy: 'Anna',
  ModificationTimestamp: stampAt(number + 2),
  ModifiedBy: 'Bert',
});

/** Two tables with FileMaker's own five fields in each, layouts for users and for the sync. */
const clarisFile = (records: number): FakeServer => {
  const contacts = [...clarisFields, field('Name'), field('Email'), field('Photo', 'container')];
  const invoices = [
    ...clarisFields,
    field('Amount', 'number'),
    field('Contact_ID'),
    field('Total', 'number', { kind: 'summary' }),
  ];
  return {
    Main: {
      layouts: [
        { layout: 'Contacts', table: 'Contacts', fields: contacts, portals: ['Invoices'] },
        { layout: 'Contacts_Sync', table: 'Contacts', fields: contacts },
        { layout: 'Invoices_Sync', table: 'Invoices', fields: invoices },
      ],
      rows: {
        Contacts: rowsOf(records, (n) => ({
          ...clarisRow(n),
          Name: `Name ${n}`,
          Email: `m${n}@example.com`,
        })),
        Invoices: rowsOf(records, (n) => ({ ...clarisRow(n + 500), Amount: String(n), Contact_ID: uuid(n) })),
      },
    },
  };
};
export const claris: Fixture = { hq: clarisFile(40), branch: clarisFile(0) };

/** The key of each table is a serial number, and so is the number of an order. */
const serialFile = (first: number, withUuid: boolean): FakeServer => ({
  Orders: {
    layouts: [
      {
        layout: 'Orders_Sync',
        table: 'Orders',
        fields: [
          field('id', 'number', locked),
          ...(withUuid ? [field('uuid', 'text', filled)] : []),
          field('order_no', 'text', filled),
          field('customer'),
          field('modified_at', 'timestamp', filled),
        ],
      },
    ],
    rows: {
      Orders: rowsOf(30, (n) => ({
        id: String(1000 + n),
        uuid: uuid(first + n),
        order_no: `A-${String(first + n).padStart(5, '0')}`,
        customer: `Customer ${first + n}`,
        modified_at: stampAt(n),
      })),
    },
  },
});
export const serial: Fixture = { hq: serialFile(0, false), branch: serialFile(500, false) };
export const serialBesideUuid: Fixture = { hq: serialFile(0, true), branch: serialFile(500, true) };

/** A German file and a French one whose own fields have the names that FileMaker gives in these languages. */
export const named: Fixture = {
  zentrale: {
    Kunden: {
      layouts: [
        {
          layout: 'Kunden_Sync',
          table: 'Kunden',
          fields: [
            field('Primärschlüssel', 'text', locked),
            field('ErstellungsZeitstempel', 'timestamp', filled),
            field('ErstelltVon', 'text', filled),
            field('ÄnderungsZeitstempel', 'timestamp', filled),
            field('GeändertVon', 'text', filled),
            field('Straße'),
            field('E-Mail'),
            field('Größe', 'number'),
          ],
        },
      ],
      rows: {
        Kunden: rowsOf(12, (n) => ({
          Primärschlüssel: uuid(n),
          ErstellungsZeitstempel: stampAt(n),
          ÄnderungsZeitstempel: stampAt(n + 1),
          Straße: `Weg ${n}`,
          'E-Mail': `m${n}@example.com`,
        })),
      },
    },
  },
  filiale: {
    Kunden: {
      layouts: [
        {
          layout: 'kunden_sync',
          table: 'Kunden',
          fields: [
            field('ClePrimaire', 'text', locked),
            field('HorodatageCréation', 'timestamp', filled),
            field('CrééPar', 'text', filled),
            field('HorodatageModification', 'timestamp', filled),
            field('ModifiéPar', 'text', filled),
            field('STRASSE'),
            field('email'),
            field('Größe', 'text'),
          ],
        },
      ],
      rows: { Kunden: [] },
    },
  },
};

/** A host that keeps its tables in three files. */
const threeFiles: FakeServer = {
  Customers: {
    layouts: [{ layout: 'Customers_api', table: 'Customers', fields: [...clarisFields, field('Name')] }],
    rows: { Customers: rowsOf(5, (n) => ({ ...clarisRow(n), Name: `N ${n}` })) },
  },
  Stock: {
    layouts: [
      {
        layout: 'Articles_api',
        table: 'Articles',
        fields: [...clarisFields, field('Title'), field('Price', 'number')],
      },
      {
        layout: 'Moves_api',
        table: 'Moves',
        fields: [...clarisFields, field('Article'), field('Count', 'number')],
      },
    ],
    rows: {
      Articles: rowsOf(5, (n) => ({ ...clarisRow(n), Title: `T ${n}` })),
      Moves: rowsOf(5, (n) => ({ ...clarisRow(n + 50), Article: uuid(n) })),
    },
  },
  Archive: {
    layouts: [
      { layout: 'Letters_api', table: 'Letters', fields: [...clarisFields, field('Subject'), field('Body')] },
    ],
    rows: { Letters: rowsOf(5, (n) => ({ ...clarisRow(n), Subject: `S ${n}` })) },
  },
};
export const three: Fixture = { hq: threeFiles, branch: threeFiles };

/** Keys, but nothing that says when a record was changed. */
const unstampedFile: FakeServer = {
  Main: {
    layouts: [
      {
        layout: 'Notes_Sync',
        table: 'Notes',
        fields: [
          field('id', 'text', locked),
          field('body'),
          field('created', 'timestamp', filled),
          field('changed_on', 'date', filled),
        ],
      },
    ],
    rows: {
      Notes: rowsOf(8, (n) => ({
        id: uuid(n),
        body: `B ${n}`,
        created: stampAt(n),
        changed_on: '2026-01-02',
      })),
    },
  },
};
export const unstamped: Fixture = { hq: unstampedFile, branch: unstampedFile };

/** Copies of one file that were both worked on for a year: 400 records, every third differs; and stamps of the host. */
const driftedFile = (changed: (number: number) => boolean, maker = 'a'): FakeServer => ({
  Main: {
    layouts: [
      {
        layout: 'Contacts_Sync',
        table: 'Contacts',
        fields: [
          field('id', 'text', locked),
          field('name'),
          field('email'),
          field('zz_ModTS', 'timestamp', filled),
          field('zz_ModHostTS', 'timestamp', filled),
        ],
      },
    ],
    rows: {
      Contacts: rowsOf(400, (n) => ({
        id: uuid(n, maker),
        name: changed(n) ? `Other ${n}` : `Name ${n}`,
        email: `m${n}@example.com`,
        zz_ModTS: stampAt(n),
        zz_ModHostTS: stampAt(n),
      })),
    },
  },
});
export const drifted: Fixture = { hq: driftedFile(() => false), branch: driftedFile((n) => n % 3 === 0) };
/** The same records, to which each file gave keys of its own. */
export const keyedApart: Fixture = { hq: driftedFile(() => false), branch: driftedFile(() => false, 'b') };
