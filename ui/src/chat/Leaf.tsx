import { Left, Right } from '../shell/icons.tsx';

interface Props {
  turns: string[];
  shown: string;
  disabled: boolean;
  onShow: (turn: string) => void;
}

/** Leafs through the answers to one message: ‹ 1/2 ›. */
export function Leaf({ turns, shown, disabled, onShow }: Props) {
  if (turns.length < 2) return null;
  const index = turns.indexOf(shown);
  const before = turns[index - 1];
  const after = turns[index + 1];
  return (
    <span className="leaf" role="group" aria-label="Answers to this message">
      <button
        type="button"
        className="tool"
        aria-label="Previous answer"
        disabled={disabled || before === undefined}
        onClick={() => before !== undefined && onShow(before)}
      >
        <Left />
      </button>
      <span aria-label={`Answer ${index + 1} of ${turns.length}`}>
        {index + 1}/{turns.length}
      </span>
      <button
        type="button"
        className="tool"
        aria-label="Next answer"
        disabled={disabled || after === undefined}
        onClick={() => after !== undefined && onShow(after)}
      >
        <Right />
      </button>
    </span>
  );
}
