import { type KeyboardEvent, useState } from 'react';
import type { ConversationSummary } from '../api/conversations.ts';
import { Bin, Pencil } from './icons.tsx';
import { PageLink } from './PageLink.tsx';

interface Props {
  conversation: ConversationSummary;
  current: boolean;
  onFollow: () => void;
  onRename: (title: string) => void;
  onRemove: () => void;
}

export function ConversationItem({ conversation, current, onFollow, onRename, onRemove }: Props) {
  const [mode, setMode] = useState<'read' | 'rename' | 'remove'>('read');
  const { id, title } = conversation;
  const rest = () => setMode('read');

  switch (mode) {
    case 'rename':
      return (
        <li>
          <TitleInput
            title={title}
            onDone={(renamed) => {
              rest();
              if (renamed !== '' && renamed !== title) onRename(renamed);
            }}
          />
        </li>
      );
    case 'remove':
      return (
        <li className="conversation-confirm" onKeyDown={(event) => event.key === 'Escape' && rest()}>
          <span>Delete it?</span>
          <button type="button" className="small small-bad" autoFocus onClick={onRemove}>
            Delete
          </button>
          <button type="button" className="small" onClick={rest}>
            Keep
          </button>
        </li>
      );
    case 'read':
      return (
        <li className="conversation-item">
          <PageLink
            route={{ page: 'chat', conversation: id }}
            className="conversation"
            current={current}
            onFollow={onFollow}
          >
            {title}
          </PageLink>
          <button type="button" className="tool" aria-label={`Rename ${title}`} onClick={() => setMode('rename')}>
            <Pencil />
          </button>
          <button type="button" className="tool" aria-label={`Delete ${title}`} onClick={() => setMode('remove')}>
            <Bin />
          </button>
        </li>
      );
  }
}

/** Enter and leaving the field take the title, Escape does not. */
function TitleInput({ title, onDone }: { title: string; onDone: (title: string) => void }) {
  const [value, setValue] = useState(title);
  const key = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) onDone(value.trim());
    if (event.key === 'Escape') onDone(title);
  };
  return (
    <input
      className="conversation-title"
      aria-label="Title"
      value={value}
      maxLength={200}
      autoFocus
      onFocus={(event) => event.target.select()}
      onChange={(event) => setValue(event.target.value)}
      onKeyDown={key}
      onBlur={() => onDone(value.trim())}
    />
  );
}
