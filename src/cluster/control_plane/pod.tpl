{{- /* The status of a Pod as a kubelet would report it; MODE is replaced by the stage's name before use.
     Templates here cannot be called as functions, so helpers leave their answer in the map that they are given. */ -}}

{{- /* Which ConfigMap or Secret a container that cannot be configured misses. */ -}}
{{- define "missing" -}}
{{- $box := .box -}}{{- $_ := set $box "text" "configmap \"config\" not found" -}}
{{- range .c.envFrom }}{{ with .configMapRef }}{{ $_ := set $box "text" (printf "configmap %q not found" .name) }}{{ end }}{{ with .secretRef }}{{ $_ := set $box "text" (printf "secret %q not found" .name) }}{{ end }}{{ end -}}
{{- range .c.env }}{{ with .valueFrom }}{{ with .configMapKeyRef }}{{ $_ := set $box "text" (printf "configmap %q not found" .name) }}{{ end }}{{ with .secretKeyRef }}{{ $_ := set $box "text" (printf "secret %q not found" .name) }}{{ end }}{{ end }}{{ end -}}
{{- end -}}

{{- /* What containerd says of an image that is not there. */ -}}
{{- define "pull" -}}
{{- $ref := .c.image -}}
{{- if not (contains "/" $ref) }}{{ $ref = printf "docker.io/library/%s" $ref }}{{ else if not (regexMatch `^[^/]*[.:]` $ref) }}{{ $ref = printf "docker.io/%s" $ref }}{{ end -}}
{{- $why := printf "%s: not found" $ref -}}{{- $code := "NotFound" -}}
{{- if regexMatch `^[^:]*does-not-exist` .c.image }}{{ $code = "Unknown" }}{{ $why = "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed" }}{{ end -}}
{{- $_ := set .box "text" (printf "rpc error: code = %s desc = failed to pull and unpack image %q: failed to resolve reference %q: %s" $code $ref $ref $why) -}}
{{- end -}}

{{- /* Whether the container's probe fails for good: an nginx as it is listens on port 80 and has two pages. */ -}}
{{- define "misfit" -}}
{{- $c := .c -}}{{- $box := .box -}}{{- $port := "0" -}}{{- $path := "/" -}}
{{- with .probe -}}
{{- with .httpGet }}{{ $port = toString .port }}{{ $path = or .path "/" }}{{ end -}}
{{- with .tcpSocket }}{{ $port = toString .port }}{{ end -}}
{{- with .exec }}{{ if regexMatch `(^|[ ;])(exit [1-9]|false$)` (join " " .command) }}{{ $_ := set $box "misfit" true }}{{ end }}{{ end -}}
{{- end -}}
{{- range $c.ports }}{{ if and .name (eq .name $port) }}{{ $port = toString .containerPort }}{{ end }}{{ end -}}
{{- if and (regexMatch `(^|/)nginx(:|@|$)` $c.image) (not $c.command) -}}
{{- if or (not (has $port (list "0" "80"))) (not (regexMatch `^/?(index\.html|50x\.html)?([?].*)?$` $path)) }}{{ $_ := set $box "misfit" true }}{{ end -}}
{{- end -}}
{{- end -}}

{{- define "container" -}}
{{- $c := .c -}}{{- $s := .s -}}{{- $old := .old -}}{{- $mode := $s.mode -}}{{- $now := $s.now -}}{{- $init := .init -}}
{{- $sidecar := and $init (eq (or $c.restartPolicy "") "Always") -}}
{{- $once := and $init (not $sidecar) -}}
{{- $words := join " " (concat (default (list) $c.command) (default (list) $c.args)) -}}
{{- $sleeps := regexMatch `sleep +(infinity|[0-9]{3,}|[0-9]+[hd])|while |tail -f` $words -}}

{{- /* A memory limit below a byte, as "128m" is: accepted by the API server, refused by runc. */ -}}
{{- $tiny := false -}}{{- with $c.resources }}{{ with .limits }}{{ $tiny = regexMatch `^[0-9.]+m$` (toString (or .memory "")) }}{{ end }}{{ end -}}

{{- $fate := "runs" -}}
{{- if regexMatch `(^|[^a-z])(nope|does-not-exist)|:0\.0\.0$` $c.image }}{{ $fate = "pull" -}}
{{- else if contains "config-error" $c.image }}{{ $fate = "config" -}}
{{- else if regexMatch `(^|[^a-z])oom` $c.image }}{{ $fate = "oom" -}}
{{- else if or (regexMatch `(^|[^a-z])crash` $c.image) (regexMatch `(^|[ ;])(exit [1-9]|false$)` $words) }}{{ $fate = "crash" -}}
{{- else if $tiny }}{{ $fate = "tiny" -}}
{{- else if $once }}{{ $fate = "ends" -}}
{{- else if and (regexMatch `(^|/)busybox(:|@|$)` $c.image) (eq $words "") }}{{ $fate = "ends" -}}
{{- else if and (not $init) (not $sleeps) (or $s.job (and (ne $s.policy "Always") (ne $words ""))) }}{{ $fate = "done" }}{{ end -}}
{{- $exit := 0 -}}{{- if eq $fate "crash" }}{{ $exit = 1 }}{{ else if eq $fate "oom" }}{{ $exit = 137 }}{{ else if eq $fate "tiny" }}{{ $exit = 128 }}{{ end -}}

{{- $again := true -}}
{{- if $once }}{{ $again = and (ne $exit 0) (ne $s.policy "Never") -}}
{{- else if not $sidecar }}{{ $again = or (eq $s.policy "Always") (and (eq $s.policy "OnFailure") (ne $exit 0)) }}{{ end -}}

{{- $was := "" -}}{{- $previous := dict -}}
{{- with $old -}}
{{- with .state }}{{ if .waiting }}{{ $was = .waiting.reason }}{{ else if .terminated }}{{ $was = "terminated" }}{{ else if .running }}{{ $was = "running" }}{{ end }}{{ end -}}
{{- with .lastState }}{{ $previous = . }}{{ end -}}
{{- end -}}
{{- $fresh := has $was (list "" "ContainerCreating" "PodInitializing") -}}

{{- $restarts := 0 -}}{{- with $old }}{{ $restarts = atoi (toString (or .restartCount 0)) }}{{ end -}}
{{- $is := $was -}}
{{- if $s.blocked }}{{ $is = "PodInitializing" -}}
{{- else if eq $mode "create" }}{{ if $s.inits }}{{ $is = "PodInitializing" }}{{ else }}{{ $is = "ContainerCreating" }}{{ end -}}
{{- else if eq $fate "pull" -}}
  {{- if or $fresh (and (eq $mode "later") (eq $was "ImagePullBackOff")) }}{{ $is = "ErrImagePull" -}}
  {{- else if and (eq $mode "soon") (eq $was "ErrImagePull") }}{{ $is = "ImagePullBackOff" }}{{ end -}}
{{- else if eq $fate "config" }}{{ $is = "CreateContainerConfigError" -}}
{{- else if and (eq $mode "done") $sidecar $s.job }}{{ $is = "terminated" -}}
{{- else if eq $fate "runs" }}{{ $is = "running" -}}
{{- else if eq $fate "done" -}}
  {{- if eq $mode "done" }}{{ $is = "terminated" }}{{ else if $fresh }}{{ $is = "running" }}{{ end -}}
{{- else -}}
  {{- if $fresh }}{{ $is = "terminated" -}}
  {{- else if and (eq $mode "soon") (eq $was "terminated") $again }}{{ $is = "CrashLoopBackOff" }}{{ $restarts = max $restarts 1 }}{{ $previous = dict "terminated" $old.state.terminated -}}
  {{- else if and (eq $mode "later") (eq $was "CrashLoopBackOff") }}{{ $is = "terminated" }}{{ $restarts = add1 $restarts }}{{ end -}}
{{- end -}}

{{- $ready := false -}}{{- $probe := or $c.readinessProbe $c.startupProbe -}}
{{- $box := dict "misfit" false "text" "" -}}{{- template "misfit" (dict "c" $c "probe" $probe "box" $box) -}}
{{- if eq $is "running" -}}
  {{- if regexMatch `(^|[^a-z])unready` $c.image }}{{ $ready = false -}}
  {{- else if not $probe }}{{ $ready = true -}}
  {{- else if $box.misfit }}{{ $ready = false -}}
  {{- else if eq $mode "probed" }}{{ $ready = true -}}
  {{- else }}{{ with $old }}{{ $ready = or .ready false }}{{ end }}{{ end -}}
{{- else if and $once (eq $is "terminated") (eq $exit 0) }}{{ $ready = true }}{{ end -}}

{{- if hasPrefix "Err" $is }}{{ template "pull" (dict "c" $c "box" $box) -}}
{{- else if eq $is "ImagePullBackOff" }}{{ template "pull" (dict "c" $c "box" $box) }}{{ $_ := set $box "text" (printf "Back-off pulling image %q: ErrImagePull: %s" $c.image $box.text) -}}
{{- else if eq $is "CreateContainerConfigError" }}{{ template "missing" (dict "c" $c "box" $box) -}}
{{- else if eq $is "CrashLoopBackOff" -}}
{{- $pause := "10s" -}}{{- if ge $restarts 5 }}{{ $pause = "5m0s" }}{{ else if eq $restarts 4 }}{{ $pause = "1m20s" }}{{ else if eq $restarts 3 }}{{ $pause = "40s" }}{{ else if eq $restarts 2 }}{{ $pause = "20s" }}{{ end -}}
{{- $_ := set $box "text" (printf "back-off %s restarting failed container=%s pod=%s_%s(%s)" $pause $c.name $s.name $s.namespace $s.uid) -}}
{{- end -}}

{{- if not $ready }}{{ $_ := set $s (ternary "incomplete" "unready" $once) (append (get $s (ternary "incomplete" "unready" $once)) $c.name) }}{{ end -}}
{{- if and $once (not $ready) }}{{ $_ := set $s "blocked" true }}{{ end -}}
{{- if and $sidecar (ne $is "running") (ne $mode "done") }}{{ $_ := set $s "blocked" true }}{{ $_ := set $s "incomplete" (append $s.incomplete $c.name) }}{{ end -}}
{{- if and (eq $is "terminated") (not $again) -}}
  {{- if ne $exit 0 }}{{ $_ := set $s "failed" true }}{{ end -}}
{{- else if not $init }}{{ $_ := set $s "over" false }}{{ end -}}
{{- if and (has $is (list "ContainerCreating" "PodInitializing" "ErrImagePull" "ImagePullBackOff" "CreateContainerConfigError")) (eq $restarts 0) }}{{ $_ := set $s "pending" true }}{{ end }}
- name: {{ $c.name | Quote }}
  image: {{ $c.image | Quote }}
  imageID: {{ if has $is (list "running" "terminated" "CrashLoopBackOff") }}{{ printf "sha256:%s" (sha256sum $c.image) | Quote }}{{ else }}""{{ end }}
  {{ if has $is (list "running" "terminated" "CrashLoopBackOff") }}
  containerID: {{ printf "containerd://%s" (sha256sum (printf "%s/%s/%d" $s.uid $c.name $restarts)) | Quote }}
  {{ end }}
  ready: {{ $ready }}
  started: {{ and (eq $is "running") (or $ready (not $c.startupProbe)) }}
  restartCount: {{ $restarts }}
  state:
    {{ if eq $is "running" }}
    running:
      {{ if eq $was "running" }}
      startedAt: {{ $old.state.running.startedAt | Quote }}
      {{ else }}
      startedAt: {{ $now | Quote }}
      {{ end }}
    {{ else if eq $is "terminated" }}
    {{ if eq $was "terminated" }}
    terminated: {{ $old.state.terminated | toJson }}
    {{ else }}
    terminated:
      containerID: {{ printf "containerd://%s" (sha256sum (printf "%s/%s/%d" $s.uid $c.name $restarts)) | Quote }}
      exitCode: {{ $exit }}
      {{ if eq $fate "tiny" }}
      message: "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: container init was OOM-killed (memory limit too low?)"
      {{ end }}
      reason: {{ if eq $fate "oom" }}OOMKilled{{ else if eq $fate "tiny" }}StartError{{ else if eq $exit 0 }}Completed{{ else }}Error{{ end }}
      startedAt: {{ $now | Quote }}
      finishedAt: {{ $now | Quote }}
    {{ end }}
    {{ else }}
    waiting:
      reason: {{ $is }}
      {{ with $box.text }}
      message: {{ . | Quote }}
      {{ end }}
    {{ end }}
  lastState: {{ $previous | toJson }}
{{- end -}}

{{- define "condition" -}}
{{- $d := . -}}{{- $since := $d.now -}}
{{- range $d.conditions }}{{ if and (eq .type $d.type) (eq .status $d.status) .lastTransitionTime }}{{ $since = .lastTransitionTime }}{{ end }}{{ end }}
- type: {{ $d.type }}
  status: {{ $d.status | Quote }}
  lastProbeTime: null
  lastTransitionTime: {{ $since | Quote }}
  reason: {{ or $d.reason "" | Quote }}
  message: {{ or $d.message "" | Quote }}
{{- end -}}

{{- $pod := . -}}
{{- $job := false }}{{ range .metadata.ownerReferences }}{{ if eq .kind "Job" }}{{ $job = true }}{{ end }}{{ end -}}
{{- $s := dict "mode" "MODE" "now" Now "policy" (or .spec.restartPolicy "Always") "job" $job "inits" (gt (len (default (list) .spec.initContainers)) 0) "uid" .metadata.uid "name" .metadata.name "namespace" .metadata.namespace "blocked" false "over" true "failed" false "pending" false "unready" (list) "incomplete" (list) }}
{{ if .spec.initContainers }}
initContainerStatuses:
{{ range $c := .spec.initContainers }}
{{ $old := dict }}{{ range $pod.status.initContainerStatuses }}{{ if eq .name $c.name }}{{ $old = . }}{{ end }}{{ end }}
{{ template "container" (dict "c" $c "s" $s "old" $old "init" true) }}
{{ end }}
{{ end }}
containerStatuses:
{{ range $c := .spec.containers }}
{{ $old := dict }}{{ range $pod.status.containerStatuses }}{{ if eq .name $c.name }}{{ $old = . }}{{ end }}{{ end }}
{{ template "container" (dict "c" $c "s" $s "old" $old "init" false) }}
{{ end }}
{{ $over := and $s.over (not $s.blocked) }}
{{ $phase := "Running" }}
{{ if and $s.failed $s.blocked }}{{ $phase = "Failed" }}{{ else if or $s.pending $s.blocked }}{{ $phase = "Pending" }}{{ else if $over }}{{ $phase = ternary "Failed" "Succeeded" $s.failed }}{{ end }}
phase: {{ $phase }}
{{ $unready := gt (len $s.unready) 0 }}
{{ $why := ternary "PodCompleted" (ternary "PodFailed" "ContainersNotReady" (eq $phase "Failed")) (eq $phase "Succeeded") }}
{{ $which := ternary "" (printf "containers with unready status: [%s]" (join " " $s.unready)) (eq $phase "Succeeded") }}
conditions:
{{ $base := dict "now" $s.now "conditions" .status.conditions }}
{{ template "condition" (merge (dict "type" "PodReadyToStartContainers" "status" (ternary "False" "True" (eq $s.mode "create"))) $base) }}
{{ if or $s.incomplete (and $s.inits (eq $s.mode "create")) }}
{{ template "condition" (merge (dict "type" "Initialized" "status" "False" "reason" "ContainersNotInitialized" "message" (printf "containers with incomplete status: [%s]" (join " " $s.incomplete))) $base) }}
{{ else }}
{{ template "condition" (merge (dict "type" "Initialized" "status" "True") $base) }}
{{ end }}
{{ range list "Ready" "ContainersReady" }}
{{ if $unready }}
{{ template "condition" (merge (dict "type" . "status" "False" "reason" $why "message" $which) $base) }}
{{ else }}
{{ template "condition" (merge (dict "type" . "status" "True") $base) }}
{{ end }}
{{ end }}
{{ range .spec.readinessGates }}
{{ template "condition" (merge (dict "type" .conditionType "status" "True") $base) }}
{{ end }}
{{ if .metadata.generation }}
observedGeneration: {{ .metadata.generation }}
{{ end }}
{{ if eq $s.mode "create" }}
startTime: {{ $s.now | Quote }}
{{ with NodeIPsWith .spec.nodeName }}
hostIP: {{ index . 0 | Quote }}
hostIPs:
{{ range . }}
- ip: {{ . | Quote }}
{{ end }}
{{ end }}
{{ else if not .status.podIP }}
{{ with PodIPsWith .spec.nodeName (or .spec.hostNetwork false) (or .metadata.uid "") (or .metadata.name "") (or .metadata.namespace "") }}
podIP: {{ index . 0 | Quote }}
podIPs:
{{ range . }}
- ip: {{ . | Quote }}
{{ end }}
{{ end }}
{{ end }}
