import { useEffect } from 'react';
import type { Conversations } from '../chat/useConversations.ts';
import { go } from '../route.ts';
import { ConversationItem } from './ConversationItem.tsx';
import { Plus } from './icons.tsx';
import { PageLink } from './PageLink.tsx';

interface Props {
  conversations: Conversations;
  current: string | null;
  onLeave: () => void;
  onRemoved: (id: string) => void;
}

export function ConversationList({ conversations, current, onLeave, onRemoved }: Props) {
  const { list, error, refresh, rename, remove } = conversations;

  const removeAndLeave = async (id: string) => {
    if (!(await remove(id))) return;
    onRemoved(id);
    if (id === current) go({ page: 'chat', conversation: null }, 'replace');
  };

  // The open conversation is brought into sight when the page is opened by a deep link.
  useEffect(() => {
    document.querySelector('.conversation[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }, [current, list === null]);

  return (
    <section className="conversations" aria-label="Conversations">
      <PageLink
        route={{ page: 'chat', conversation: null }}
        className="new-chat"
        current={current === null}
        onFollow={onLeave}
      >
        <Plus /> New chat
      </PageLink>
      {error !== null && (
        <p className="note note-bad" role="alert">
          {error}{' '}
          <button type="button" className="link" onClick={refresh}>
            Try again
          </button>
        </p>
      )}
      <ul>
        {list?.map((conversation) => (
          <ConversationItem
            key={conversation.id}
            conversation={conversation}
            current={conversation.id === current}
            onFollow={onLeave}
            onRename={(title) => void rename(conversation.id, title)}
            onRemove={() => void removeAndLeave(conversation.id)}
          />
        ))}
      </ul>
    </section>
  );
}
