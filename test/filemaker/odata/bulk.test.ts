import { describe } from 'vitest';
import { connectOData } from '../../../src/filemaker/odata/connect.ts';
import { describeBulk } from '../../contracts/server/bulk.ts';

const odata = { name: 'OData', layout: 'Contacts', findsAlike: false, connect: connectOData };

describe('a server that goes on behind an operation that failed', () => {
  describeBulk(odata);
});

describe('a server that ends its answer there, asked by ids', () => {
  const batch = { continueOnError: false, nestedAnswers: false };
  describeBulk({ ...odata, asksByIds: true, simulator: { odata: { batch } } });
});

describe('an old server that filters no ROWID', () => {
  const batch = { continueOnError: false, location: true };
  const old = { annotations: '4.0', filterRowIds: false, quoteUnderscores: true, batch } as const;
  describeBulk({ ...odata, simulator: { version: '20', odata: old } });
});
