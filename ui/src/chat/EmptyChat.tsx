const EXAMPLES = [
  'Explain in three sentences why the sky is blue.',
  'Suggest five names for a small bakery.',
  'Write a short poem about a whetstone.',
  'How do I boil an egg so that the yolk stays soft?',
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
        <em>Sharpen.</em>
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
