/**
 * How the server answers OData where versions differ or nobody has recorded it. Defaults are what was recorded of FileMaker Server
 * 22.0.4; what is called assumed has to be tried on a real server.
 */
export type ODataOptions = {
  /** False: OData is off in the Admin Console, and every path is 404. Default true. */
  readonly enabled?: boolean;
  /** `@context` (4.01) or `@odata.context` (4.0) where the request does not say `OData-Version`. Default by version: 4.01 from 21 on. */
  readonly annotations?: '4.0' | '4.01';
  /** The request's `OData-Version` is heeded. Default true (inferred from what was recorded with and without it). */
  readonly heedsVersion?: boolean;
  /** The JSON of `$metadata` names the file with `.fmp12`. Default true (recorded of 22.0.2; others leave it out). */
  readonly metadataSuffix?: boolean;
  /** An update without a preference answers with the record, as clients of older servers expect. Default false. */
  readonly updatesAnswer?: boolean;
  /** FMTID and FMFID in addresses, and `Prefer: fmodata.entity-ids`. Default by version: from 21 on. */
  readonly entityIds?: boolean;
  /** The bare root lists all files to anybody, as some builds do. Default false. */
  readonly openRoot?: boolean;
  /** The most rows in one answer; what is beyond has a link. Default 10,000. */
  readonly pageRows?: number;
  /** Whether `eq` and its like tell capitals apart. Default true (assumed, as FileMaker's SQL does). */
  readonly caseSensitive?: boolean;
  /** Names with an underscore need quotes, too, as Claris's guide has it. Default false. */
  readonly quoteUnderscores?: boolean;
  /** ROWID and ROWMODID may be filtered and sorted by. Default true (assumed). */
  readonly filterRowIds?: boolean;
  /** A record is addressed as `T(ROWID=n)`, too. Default true (assumed: seen in a Location, and as sent by a client). */
  readonly rowIdAddresses?: boolean;
  /** Updates and deletes by a key are answered as done, of no record (`fmodata.affected_rows: 0`), and are not. Default false. */
  readonly ignoresChanges?: boolean;
  /** A record that the account may not see is refused with the code that hides it, where it is asked for by its key. Default false: -1023 (assumed). */
  readonly refusesHidden?: boolean;
  /** `/$count` is 406 unless Accept is any. Default by version: 22. */
  readonly countNeedsAnyAccept?: boolean;
  /** A PATCH of a key that is not there creates the record: in a batch (recorded, default true), outside of one (assumed: false). */
  readonly upsert?: { readonly inBatch?: boolean; readonly outside?: boolean };
  readonly batch?: {
    /** After a failing operation nothing more is done, and the answer ends there. Default true. */
    readonly stopsOnError?: boolean;
    /** `Prefer: odata.continue-on-error` is honoured. Default true (documented, effect not recorded). */
    readonly continueOnError?: boolean;
    /** A change set of which one operation fails changes nothing. Default true (documented, not recorded). */
    readonly rollsBack?: boolean;
    /** Answers to a change set come within a part of their own. Default true; clients of real servers read both. */
    readonly nestedAnswers?: boolean;
    /** Writes answer with a Location. Default false. */
    readonly location?: boolean;
    /** What an operation takes, since a batch comes through the web server once. Default: as long as a request of its kind. */
    readonly operationMs?: number;
  };
  /** A PATCH or DELETE by filter changes all of its records or none. Default true (assumed). */
  readonly filteredWritesAreOne?: boolean;
  /** HTTP status of FileMaker's own refusals (301, 504 and their like). Default 400 (assumed). */
  readonly refusalStatus?: number;
  /** Fields that prohibit modification refuse values. Default false (assumed: the option is about data entry; an upsert was seen to set such a key). */
  readonly prohibitsModification?: boolean;
  /** Whether it has webhooks. Default by version: from 22 on. */
  readonly webhooks?: boolean;
  /** Webhooks are found below the name of the file with `.fmp12` alone, as one client asks for them. Default false. */
  readonly webhookSuffix?: boolean;
  /** A written timestamp with a zone is an instant, stored as the host's clock shows it. Default false (assumed: the zone is relative to the host's). */
  readonly convertsWrittenZones?: boolean;
  /** What JSON parsers choke on, as real servers send it. Default none. */
  readonly jsonFaults?: {
    /** A number that is none is a bare `?`. */
    readonly questionMarks?: boolean;
    /** `.5` and `-.5`. */
    readonly bareFractions?: boolean;
    /** Line ends and tabs stand in strings as they are. */
    readonly rawControls?: boolean;
  };
};
