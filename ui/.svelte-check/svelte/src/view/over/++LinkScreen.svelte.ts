///<reference types="svelte" />
;
import type { LinkState } from '../../connection/control.ts';
import { t } from '../../text/index.ts';
import { usePage } from '../page.svelte.ts';
import Message from './Message.svelte';
;

  interface Props {
    link: Extract<LinkState, 'lost' | 'refused' | 'takenOver'>;
  };function $$render() {

  
  
  
  


  const { link }: Props = $props();
  const page = usePage();
  const words = $derived(t.link[link]);
;
async () => {

 { const $$_egasseM0C = __sveltets_2_ensureComponent(Message); new $$_egasseM0C({ target: __sveltets_2_any(), props: {     children:() => { return __sveltets_2_any(0); },"kind":link,"title":words.title,"sentence":words.sentence,}});
   { svelteHTML.createElement("button", {   "class":`button primary`,"onclick":() => page.application.useHere(),});link === 'takenOver' ? t.link.useHere : t.link.retry; }
 Message}
};
return { props: {} as any as Props, exports: {}, bindings: __sveltets_$$bindings(''), slots: {}, events: {} }}
const LinkScreen__SvelteComponent_ = __sveltets_2_fn_component($$render());
/*Ωignore_startΩ*/type LinkScreen__SvelteComponent_ = ReturnType<typeof LinkScreen__SvelteComponent_>;
/*Ωignore_endΩ*/export default LinkScreen__SvelteComponent_;