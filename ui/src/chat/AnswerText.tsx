import { Markdown } from './Markdown.tsx';
import type { Answer } from './transcript.ts';

const ENDINGS: Record<string, string> = {
  cancelled: 'Stopped',
  error: 'Broken off',
  length: 'Ended at the length limit',
};

/** What the model wrote, and how it ended where that was not by itself. */
export function AnswerText({ answer: { text, finishReason } }: { answer: Answer }) {
  const ending = ENDINGS[finishReason ?? ''];
  return (
    <>
      <div className={finishReason === null ? 'prose prose-growing' : 'prose'}>
        {text === '' && finishReason !== null ? (
          <p className="silent">The model said nothing.</p>
        ) : (
          <Markdown text={text} />
        )}
      </div>
      {ending !== undefined && <span className="ending">{ending}</span>}
    </>
  );
}
