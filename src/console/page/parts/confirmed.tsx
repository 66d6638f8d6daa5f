/** A button for what writes: it asks first, in a dialog, and says afterwards what became of it. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Done } from '../../api.ts';
import { Refused } from '../call.ts';
import { say } from '../notices.ts';
import { lookAgain } from '../poll.ts';
import { Trouble } from './basics.tsx';

export type ConfirmedProps = {
  /** On the button. */
  readonly label: string;
  /** Of the dialog: a question. */
  readonly title: string;
  /** What it does, and what not. */
  readonly children: ComponentChildren;
  /** On the button of the dialog that does it. */
  readonly confirm: string;
  /**
   * `force`: it was refused since something changed, and is wanted all the same. `seen`: as it was when the question was
   * asked, whatever was shown behind it since.
   */
  readonly run: (force: boolean, seen: number | undefined) => Promise<Done>;
  /** How often something was decided about it, as the page shows it. */
  readonly seen?: number;
  readonly kind?: 'main-one' | 'grave';
  /** For those who hear it, where several buttons have one label. */
  readonly about?: string;
  readonly disabled?: boolean;
};

export function Confirmed(props: ConfirmedProps) {
  const [isOpen, setOpen] = useState(false);
  const { label, kind, about, disabled = false } = props;
  return (
    <>
      <button
        type="button"
        class={`button ${kind ?? ''}`}
        aria-haspopup="dialog"
        disabled={disabled}
        onClick={() => setOpen(true)}
      >
        {label}
        {about === undefined ? undefined : <span class="only-read"> {about}</span>}
      </button>
      {isOpen ? <Question {...props} close={() => setOpen(false)} /> : undefined}
    </>
  );
}

/** How a refusal says that it can be had all the same. */
const forced = '--force';

/** How it is refused where something was decided that was not seen. */
const chosenSince = 'chosen-since';

/** The browser keeps the focus within, and gives it back to the button when the dialog closes. */
function Question(props: ConfirmedProps & { readonly close: () => void }) {
  const { title, children, confirm, run, kind, close } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');
  const [force, setForce] = useState(false);
  const [seen] = useState(props.seen);
  useEffect(() => dialog.current?.showModal(), []);
  const go = async (): Promise<void> => {
    setBusy(true);
    setFailure('');
    try {
      say((await run(force, seen)).done);
      dialog.current?.close();
      lookAgain();
    } catch (error) {
      if (error instanceof Refused && error.code === chosenSince) {
        // What it asked about is not so any more: the page shows what is, and whoever still wants it asks anew.
        say([error.message]);
        dialog.current?.close();
        lookAgain();
        return;
      }
      setFailure(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };
  return (
    <dialog class="dialog fades" ref={dialog} aria-labelledby={heading} onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        <h2 id={heading}>{title}</h2>
        {children}
        {failure === '' ? undefined : <Trouble message={failure} />}
        {failure.includes(forced) || force ? (
          <label class="check">
            <input
              type="checkbox"
              checked={force}
              onChange={(event) => setForce(event.currentTarget.checked)}
            />
            <span>All the same: replace what was changed since. That is kept, too</span>
          </label>
        ) : undefined}
        <div class="ends">
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" class={`button ${kind ?? 'main-one'}`} disabled={isBusy}>
            {isBusy ? 'Working …' : confirm}
          </button>
        </div>
      </form>
    </dialog>
  );
}
