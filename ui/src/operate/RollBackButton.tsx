import { useState } from 'react';
import { type ModelVersion, rollBack } from '../api/versions.ts';
import { ConfirmDialog } from './ConfirmDialog.tsx';

interface Props {
  /** The version that answers now. */
  active: ModelVersion;
  parent: string;
  onDone: () => void;
}

/** Lets the parent of the active version answer again. */
export function RollBackButton({ active, parent, onDone }: Props) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <button type="button" className="small small-bad" onClick={() => setAsking(true)}>
        Roll back
      </button>
      {asking && (
        <ConfirmDialog
          title={`Roll back to ${parent}?`}
          verb="Roll back"
          whyLabel={`Why ${active.id} should no longer answer`}
          act={rollBack}
          onDone={onDone}
          onClose={() => setAsking(false)}
        >
          <p>
            New messages are answered by <code>{parent}</code> at once. Answers under way finish on{' '}
            <code>{active.id}</code>, which is kept and can be published again.
            {active.round !== null && ` Round ${active.round} is shown as rolled back.`}
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}
