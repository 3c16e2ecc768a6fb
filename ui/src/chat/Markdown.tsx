import { type ComponentProps, isValidElement, memo, type ReactNode } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { CopyButton } from './CopyButton.tsx';

const PLUGINS = [remarkGfm];

const COMPONENTS: Components = {
  pre: ({ children }) => <CodeBlock>{children}</CodeBlock>,
  a: ({ href, children }) => <OutwardLink href={href}>{children}</OutwardLink>,
  // Loading an image would tell its server that the answer was read, so it is a link instead.
  img: ({ src, alt }) => <OutwardLink href={typeof src === 'string' ? src : undefined}>{alt || 'image'}</OutwardLink>,
  table: ({ children }) => (
    <div className="table">
      <table>{children}</table>
    </div>
  ),
};

/** A model's text as Markdown. Raw HTML in it stays text; nothing in it can load or run anything. */
export const Markdown = memo(function Markdown({ text }: { text: string }) {
  return (
    <ReactMarkdown remarkPlugins={PLUGINS} components={COMPONENTS}>
      {text}
    </ReactMarkdown>
  );
});

function OutwardLink({ href, children }: { href: string | undefined; children: ReactNode }) {
  return (
    <a href={href} target="_blank" rel="noreferrer noopener">
      {children}
    </a>
  );
}

function CodeBlock({ children }: { children: ReactNode }) {
  const { language, code } = codeOf(children);
  return (
    <figure className="code">
      <figcaption>
        <span>{language}</span>
        <CopyButton text={code} label="Copy code" />
      </figcaption>
      <pre tabIndex={0}>{children}</pre>
    </figure>
  );
}

function codeOf(children: ReactNode): { language: string; code: string } {
  if (!isValidElement<ComponentProps<'code'>>(children)) return { language: '', code: '' };
  const { className, children: code } = children.props;
  return { language: /language-(\S+)/.exec(className ?? '')?.[1] ?? '', code: String(code ?? '') };
}
