import { createMockProvider } from '@channelkit/adapter-mock';
import { provisionChannel } from '@channelkit/core';
import { createSqliteStore } from '@channelkit/store-sqlite';

const provider = createMockProvider();
const store = createSqliteStore({ filename: 'channels.db' });

await store.migrate();
const channel = await provisionChannel({ provider, store, request: { country: 'USA', type: 'whatsapp' } });
console.log(`${channel.name} is ${channel.status}, as channel ${channel.id}`);
await store.close();
