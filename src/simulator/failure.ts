/**
 * An error as the Data API answers it. The rule of the guide (content/error-responses): malformed, auth and URL
 * problems are 400-level, any error of FileMaker itself is HTTP 500, a find without a hit included.
 */
type Known = { readonly message: string; readonly status: number };

const fileMaker = (message: string): Known => ({ message, status: 500 });

/** Statuses that are not confirmed by a capture follow the rule above. */
const known: Readonly<Record<string, Known>> = {
  '9': fileMaker('Insufficient privileges'),
  '10': { message: 'HTTP Authorization header or OAuth headers are missing.', status: 401 },
  '16': fileMaker('Operation failed; request retry'),
  '100': fileMaker('File is missing'),
  '101': fileMaker('Record is missing'),
  '102': fileMaker('Field is missing'),
  '103': fileMaker('Relationship is missing'),
  '104': fileMaker('Script is missing'),
  '105': fileMaker('Layout is missing'),
  '106': fileMaker('Table is missing'),
  '200': fileMaker('Record access is denied'),
  '201': fileMaker('Field cannot be modified'),
  '202': fileMaker('Field access is denied'),
  '212': {
    message: 'Invalid user account and/or password; please try again',
    status: 401,
  },
  '214': { message: 'Too many login attempts, account locked out', status: 401 },
  '301': fileMaker('Record is in use by another user'),
  '302': fileMaker('Table is in use by another user'),
  '303': fileMaker('Database schema is in use by another user'),
  '306': fileMaker('Record modification ID does not match'),
  '400': fileMaker('Find criteria are empty'),
  '401': fileMaker('No records match the request'),
  '404': fileMaker('Sort order is invalid'),
  '500': fileMaker('Date value does not meet validation entry options'),
  '501': fileMaker('Time value does not meet validation entry options'),
  '502': fileMaker('Number value does not meet validation entry options'),
  '503': fileMaker('Value in field is not within the range specified in validation entry options'),
  '504': fileMaker('Value in field is not unique as required in validation entry options'),
  '505': fileMaker(
    'Value in field is not an existing value in the file as required in validation entry options',
  ),
  '506': fileMaker('Value in field is not listed in the value list specified in validation entry option'),
  '507': fileMaker('Value in field failed calculation test of validation entry option'),
  '509': fileMaker('Field requires a valid value'),
  '510': fileMaker('Related value is empty or unavailable'),
  '511': fileMaker('Value in field exceeds maximum field size'),
  '512': fileMaker('Record was already modified by another user'),
  '802': fileMaker('Unable to open file'),
  '812': fileMaker("Exceeded host's capacity"),
  '813': fileMaker('Record synchronization error on network'),
  '820': fileMaker('File is being closed'),
  '951': fileMaker('Unexpected error occurred'),
  '952': { message: 'Invalid FileMaker Data API token (*)', status: 401 },
  '953': fileMaker('Exceeded limit on data the FileMaker Data API and OData can transmit'),
  '956': fileMaker('Maximum number of Data API sessions exceeded'),
  '958': { message: 'Parameter missing', status: 400 },
  '960': { message: 'Parameter is invalid', status: 400 },
  '1630': { message: 'URL format is incorrect', status: 404 },
  '1700': { message: "Resource doesn't exist", status: 404 },
  '1701': fileMaker('Host is currently unable to receive requests'),
  '1702': { message: 'Authentication information was not provided in the correct format', status: 401 },
  '1704': { message: "Resource doesn't support the specified HTTP verb", status: 405 },
  '1705': { message: 'Required HTTP header was not specified', status: 415 },
  '1706': { message: 'Parameter is not supported', status: 400 },
  '1708': { message: 'Parameter value is invalid', status: 400 },
  '1710': { message: 'The JSON syntax is invalid', status: 400 },
};

export class FileMakerFailure extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message?: string, status?: number) {
    super(message ?? known[code]?.message ?? 'Error');
    this.name = 'FileMakerFailure';
    this.code = code;
    this.status = status ?? known[code]?.status ?? 500;
  }
}
