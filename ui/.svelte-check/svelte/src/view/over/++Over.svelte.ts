///<reference types="svelte" />
;
import { pageNow } from '../../connection/clock.ts';
import { formatCode } from '../../protocol/invitation.ts';
import type { UiSnapshot } from '../../protocol/messages.g.ts';
import { t } from '../../text/index.ts';
import { usePage } from '../page.svelte.ts';
import Message from './Message.svelte';
import { waysOn, type WayOn } from './ways.ts';
;

  interface Props {
    agent: UiSnapshot;
  };function $$render() {

  
  
  
  
  
  
  


  const { agent }: Props = $props();
  const page = usePage();
  const reason = $derived(agent.problem?.reason ?? 'none');
  const words = $derived(t.problem[reason]);
  const about = $derived(
    [agent.meeting?.title, agent.problem?.code == null ? undefined : t.waiting.meeting(formatCode(agent.problem.code)), agent.problem?.server]
      .filter((part) => part !== undefined && part !== null && part !== '')
      .join(' · '),
  );

  let waitUntil = $state(0);
  let now = $state(pageNow());
  const waitSeconds = $derived(Math.ceil((waitUntil - now) / 1_000));

  $effect(() => {
    waitUntil = pageNow() + (agent.problem?.retryAfterMs ?? 0);
    const timer = setInterval(() => {
      now = pageNow();
    }, 500);
    return () => clearInterval(timer);
  });

  const labels: Record<WayOn, string> = {
    tryAgain: t.over.tryAgain,
    askAgain: t.over.askAgain,
    rejoin: t.over.rejoin,
    trust: t.over.trust,
    lobby: t.over.toLobby,
  };

  function go(way: WayOn): void {
    switch (way) {
      case 'lobby':
        return page.application.dismiss();
      case 'trust':
        return page.application.trustNewKey();
      case 'tryAgain':
      case 'askAgain':
      case 'rejoin':
        return page.application.retry(pageNow());
    }
  }
;
async () => {

 { const $$_egasseM0C = __sveltets_2_ensureComponent(Message); new $$_egasseM0C({ target: __sveltets_2_any(), props: {        children:() => { return __sveltets_2_any(0); },"kind":reason,"title":words.title,"sentence":words.sentence,about,"detail":agent.problem?.detail ?? undefined,}});
      for(let way of __sveltets_2_ensureArray(waysOn(agent.problem))){let i = 1;way;
    const isWaiting = way === 'tryAgain' && waitSeconds > 0;
     { svelteHTML.createElement("button", {      "class":`button`,"disabled":isWaiting,"onclick":() => go(way),});i === 0;
      isWaiting ? t.over.retryIn(waitSeconds) : labels[way];
     }
  }
 Message}
};
return { props: {} as any as Props, exports: {}, bindings: __sveltets_$$bindings(''), slots: {}, events: {} }}
const Over__SvelteComponent_ = __sveltets_2_fn_component($$render());
/*Ωignore_startΩ*/type Over__SvelteComponent_ = ReturnType<typeof Over__SvelteComponent_>;
/*Ωignore_endΩ*/export default Over__SvelteComponent_;