import { nextTick } from 'vue';
import { createRouter, createWebHistory } from 'vue-router';
import Chat from './views/Chat.vue';
import PhoneConfig from './views/PhoneConfig.vue';

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', redirect: '/phone-config' },
    { path: '/phone-config', component: PhoneConfig, meta: { title: 'Get a number' } },
    { path: '/chat', component: Chat, meta: { title: 'Channels' } },
    { path: '/:elsewhere(.*)*', redirect: '/phone-config' },
  ],
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
});

router.afterEach(async (to, from) => {
  const { title } = to.meta;
  document.title = typeof title === 'string' ? `${title} · Channels` : 'Channels';
  if (to.path === from.path || from.matched.length === 0) return;
  // A page change is silent to a screen reader; its heading is not.
  await nextTick();
  document.querySelector<HTMLElement>('h1')?.focus();
});
