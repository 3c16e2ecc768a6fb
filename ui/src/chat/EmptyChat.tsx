const EXAMPLES = [
  'Why is the sky blue?',
  'Suggest five names for a small bakery.',
  'Write a short poem about a whetstone.',
  'How do I soft-boil an egg?',
];

/** What a newcomer sees. */
export function EmptyChat({ onAsk, ready }: { onAsk: (message: string) => void; ready: boolean }) {
  return (
    <div className="empty">
      <h1>
        Ask.
        <br />
        Judge.
        <br />
        <em>Hone.</em>
      </h1>
      <p>
        Every thumb, comparison and correction you give is kept on this server and trains the next version of the model
        to answer the way you prefer.
      </p>
      <ul className="examples" aria-label="Examples">
        {EXAMPLES.map((example) => (
          <li key={example}>
            <button type="button" disabled={!ready} onClick={() => onAsk(example)}>
              {example}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
