///<reference types="svelte" />
;
import Mic from '@lucide/svelte/icons/mic';
import Video from '@lucide/svelte/icons/video';
import Volume2 from '@lucide/svelte/icons/volume-2';
import type { DeviceChoice } from '../../media/engine.ts';
import { t } from '../../text/index.ts';
import { usePage } from '../page.svelte.ts';
import Meter from './Meter.svelte';
import Select from './Select.svelte';
function $$render() {

  
  
  
  
  
  
  
  

  const page = usePage();
  const media = $derived(page.snapshot.media);

  /** A browser names devices only once one of them was allowed. */
  const named = (kind: string, choices: readonly DeviceChoice[]) =>
    choices.map((choice, i) => ({ id: choice.id, label: choice.label === '' ? t.devices.unnamed(kind, i + 1) : choice.label }));
;
async () => {

 { svelteHTML.createElement("div", { "class":`pickers`,});
   { const $$_tceleS1C = __sveltets_2_ensureComponent(Select); const $$_tceleS1 = new $$_tceleS1C({ target: __sveltets_2_any(), props: {             "label":t.devices.microphone,"icon":Mic,"choices":named(t.devices.microphone, media.microphones),"value":media.chosen.microphone,"empty":t.devices.none(t.devices.microphone),"onchoose":(id) => page.application.choose('microphone', id),after:() => { async ()/*Ωignore_positionΩ*/ => {
       { const $$_reteM0C = __sveltets_2_ensureComponent(Meter); new $$_reteM0C({ target: __sveltets_2_any(), props: {      "level":page.live.microphone,"isOn":media.microphone === 'on',"label":t.preview.level,}});}
    };return __sveltets_2_any(0)},}});/*Ωignore_startΩ*/const {after} = $$_tceleS1.$$prop_def;/*Ωignore_endΩ*/
    
   Select}
   { const $$_tceleS1C = __sveltets_2_ensureComponent(Select); new $$_tceleS1C({ target: __sveltets_2_any(), props: {             "label":t.devices.camera,"icon":Video,"choices":named(t.devices.camera, media.cameras),"value":media.chosen.camera,"empty":t.devices.none(t.devices.camera),"onchoose":(id) => page.application.choose('camera', id),}});}
  if(media.speakers.length > 0){
     { const $$_tceleS1C = __sveltets_2_ensureComponent(Select); new $$_tceleS1C({ target: __sveltets_2_any(), props: {             "label":t.devices.speaker,"icon":Volume2,"choices":named(t.devices.speaker, media.speakers),"value":media.chosen.speaker,"empty":t.devices.none(t.devices.speaker),"onchoose":(id) => page.application.choose('speaker', id),}});}
  }
 }


};
return { props: {} as Record<string, never>, exports: {}, bindings: __sveltets_$$bindings(''), slots: {}, events: {} }}
const DevicePickers__SvelteComponent_ = __sveltets_2_fn_component($$render());
/*Ωignore_startΩ*/type DevicePickers__SvelteComponent_ = ReturnType<typeof DevicePickers__SvelteComponent_>;
/*Ωignore_endΩ*/export default DevicePickers__SvelteComponent_;