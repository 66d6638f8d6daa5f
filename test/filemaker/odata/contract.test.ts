import { connectOData } from '../../../src/filemaker/odata/connect.ts';
import { describeServerContract } from '../../contracts/server/contract.ts';

const odata = { layout: 'Contacts', findsAlike: false, connect: connectOData };

describeServerContract({ ...odata, name: 'OData' });

describeServerContract({
  ...odata,
  name: 'OData by ids, of a server whose JSON is broken and whose pages are short',
  asksByIds: true,
  simulator: {
    odata: {
      pageRows: 4,
      jsonFaults: { questionMarks: true, bareFractions: true, rawControls: true },
    },
  },
});

describeServerContract({
  ...odata,
  name: 'OData of an old server, that knows no ids and does not filter by ROWID',
  asksByIds: true,
  findsAlike: true,
  inOrderOfCreation: false,
  simulator: {
    version: '20',
    odata: { annotations: '4.0', filterRowIds: false, caseSensitive: false, quoteUnderscores: true },
  },
});
