/** What a server can answer that ends work on it. */
import type { ServerErrorCode } from '../ports/server-errors.ts';
import type { Entries, Family } from './entry.ts';

const entries: Entries<ServerErrorCode> = {
  'server-unreachable': {
    title: 'server "SERVER" at ADDRESS did not answer, tried N times: …',
    means:
      'No answer came from that address in time. The other servers go on, and what waits for this one is kept.',
    do: 'See that the machine is on and the address in `servers.SERVER.url` is right; open it in a browser from the machine that syncs. See in the Admin Console, *Connectors > FileMaker Data API* (with `api: odata` *OData*), that it is on. See that a firewall lets port 443 through.',
  },
  'not-filemaker': {
    title: 'server "SERVER" at ADDRESS is no FileMaker Server with its Data API (or OData) on: …',
    means:
      'Something answers there, but not the API that is spoken: the web server alone, a proxy, another machine, or FileMaker Server 17 or older.',
    do: 'Correct `servers.SERVER.url` (host and port alone, no path). In the Admin Console, *Connectors > FileMaker Data API* (with `api: odata` *OData*), switch it on. A proxy in front has to pass `/fmi/data` on (`/fmi/odata`).',
  },
  'certificate-untrusted': {
    title: 'the certificate of server "SERVER" at ADDRESS is not trusted (…)',
    means:
      'It has expired, is for another name, or was signed by an authority that this machine does not know, such as the one FileMaker Server brings along. Nothing was sent there.',
    do: 'Install one of a known authority in the Admin Console, *Configuration > SSL Certificate*, and start FileMaker Server anew. If your own authority signed it, name its PEM file as `caFile` of the server. The check cannot be switched off.',
  },
  'account-refused': {
    title: '… server "SERVER" answered 212: the account name or password is wrong, or …',
    means:
      'The file let the account not in (210, 211, 212, 214), or there is no account to try with. It is not tried again for 10 minutes, since servers lock accounts that hammer.',
    do: 'In the file, *File > Manage > Security*: the account is active, has this password, and its privilege set has *Access via FileMaker Data API (fmrest)* ticked, with `api: odata` *Access via OData (fmodata)*. Then `serversync accounts set SERVER`, or on AWS `serversync secrets set SERVER --stack NAME`.',
    more: 'prepare-filemaker.md#an-account-of-its-own',
  },
  'sessions-exhausted': {
    title:
      '… server "SERVER" answered 956: the most sessions that the server allows are open; … answered 812: the host\'s capacity is used up',
    means:
      'As many sessions are open as the server, or `sessions` of the configuration, allows. It goes on with those that there are, and tries again by itself. One that died leaves its sessions for 16 minutes.',
    do: 'Mostly nothing. If it stays so: lower `servers.SERVER.sessions`, close other Data API clients (Admin Console, *Databases > Clients*), or raise the limit there.',
  },
  'data-limit-exceeded': {
    title: '… server "SERVER" answered 953: the limit of data that the Data API may send is reached',
    means:
      'The licence of that server lets it send no more over the Data API and OData, which count together, until its yearly reset. The server is left alone but for one try an hour; what waits is kept.',
    do: 'Admin Console, *Connectors > FileMaker Data API* shows limit, use and reset date; Claris sells more. To send less: sweep less often, a `sweepLayout`, fewer fields on the layout.',
    more: 'day-two.md',
  },
  'database-unavailable': {
    title: '… server "SERVER" answered 802: the file cannot be opened: …',
    means:
      'The file is closed, has another name, or the whole server takes no requests (959: Data API off, 1711: licence expired). 802 also comes where fmrest (over OData fmodata) is missing.',
    do: 'In the Admin Console, *Databases*, open the file and compare its name with `database` (without .fmp12; upper and lower case count). See *Connectors > FileMaker Data API* and `fmrest` in the privilege set, with `api: odata` *OData* and `fmodata`.',
  },
  'layout-missing': {
    title: '… layout "LAYOUT" of database "FILE" on server "SERVER" answered 105: the layout is missing',
    means:
      'There is no layout (over OData: no table occurrence) of that name, or the account may not see it.',
    do: 'Compare the name with *View > Manage Layouts…* (upper and lower case count). In *File > Manage > Security*, privilege set, *Layouts*, let the account see it. Over OData compare it with *File > Manage > Database… > Relationships*, and let the account see the records of its table.',
  },
  'field-missing': {
    title:
      '… answered 102: a field is missing: every configured field must be on the layout (over OData: in the table)',
    means: 'A field of the configuration is not there any more, or has another name.',
    do: 'In layout mode put it back on the sync layout; if it was renamed, write the new name, or map it with `rename` of that server. Over OData no layout is needed: the field has to be in the table, and the account may see it.',
  },
  'script-missing': {
    title: '… a script is missing',
    means: 'FileMaker answered that a script it should run is not there: ServerSync itself runs none.',
    do: 'In layout mode, *Layouts > Layout Setup… > Script Triggers*, take triggers off the sync layout that name a script which was deleted.',
  },
  'request-refused': {
    title: '… server "SERVER" answered CODE: …; … answered in a form that cannot be read: …',
    means:
      'The server refused a read with a code that stands for no more specific trouble, or sent what does not fit its documentation. Work on that server ends for this run.',
    do: 'Look the code up in this page. Try once more; if it stays, compare the server version with the README, and see whether a proxy changes answers. If neither is it, report it with the message.',
  },
  'server-closed': {
    title: 'the connection to server "SERVER" is closed; open a new one',
    means: 'Work was asked for after the run had ended its connection, as when it is being stopped.',
    do: 'Nothing: the next run opens another. If it comes without a stop, report it.',
  },
};

export const servers: Family = {
  heading: 'When connecting to a server',
  seen: 'At the end of a run as `failed: …`, in `status` and `attention`, and as `code` in `failures[]` of `--json`. Each table on the other servers goes on, and what waits for this server is kept.',
  prefix: '',
  entries,
};
