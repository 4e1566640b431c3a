//! What the machine itself must have for kind's nodes: memory, disk, inotify, cgroups; told where Linux tells it.

use std::path::Path;

use super::Finding;
use crate::files;

/// What a cluster of three nodes takes with the labs' Pods, in bytes.
const MEMORY: u64 = 4 << 30;
/// What node images and those of the labs take, in bytes.
const DISK: u64 = 10 << 30;
/// A kubelet evicts Pods when less of its disk is free, in percent
/// (<https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/>).
const FREE: u64 = 10;
/// What kind asks for: "Pod errors due to too many open files"
/// (<https://kind.sigs.k8s.io/docs/user/known-issues/>).
const INOTIFY: [(&str, u64); 2] = [("max_user_instances", 512), ("max_user_watches", 524_288)];

/// What can be told of this machine.
pub fn look() -> Vec<Finding> {
    let read = |path: &str| files::read_to_string(Path::new(path)).ok();
    let memory = read("/proc/meminfo").and_then(|text| available(&text)).map(memory);
    let inotify = INOTIFY.map(|(name, _)| read(&format!("/proc/sys/fs/inotify/{name}"))?.trim().parse().ok());
    let inotify = inotify.into_iter().collect::<Option<Vec<u64>>>().map(|values| inotify_of(&values));
    let disk = ["/var/lib/docker", "/var/lib/containers", "/"].into_iter().find_map(|path| Some((path, space(path)?)));
    let cgroups = files::exists(Path::new("/sys/fs/cgroup"));
    let cgroup = cgroups.then(|| cgroup(files::exists(Path::new("/sys/fs/cgroup/cgroup.controllers"))));
    [memory, disk.map(|(path, space)| disk_of(path, space)), inotify, cgroup].into_iter().flatten().collect()
}

fn finding(name: &'static str, found: Result<String, String>, remedy: impl Into<String>) -> Finding {
    Finding { name: name.into(), found, remedy: remedy.into(), needed: false }
}

/// `MemAvailable` of /proc/meminfo, in bytes.
fn available(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

fn memory(free: u64) -> Finding {
    let said = format!("{} 쓸 수 있어요", gib(free));
    let found = if free >= MEMORY {
        Ok(said)
    } else {
        Err(format!("{said}. 노드 세 개에는 {}쯤 들어요", gib(MEMORY)))
    };
    finding("메모리", found, "다른 프로그램을 닫거나, 쓰지 않는 클러스터를 지우세요: jotasu cluster status")
}

/// Free and whole bytes of the disk a path is on.
fn space(path: &str) -> Option<(u64, u64)> {
    let disk = rustix::fs::statvfs(path).ok()?;
    Some((disk.f_bavail.checked_mul(disk.f_frsize)?, disk.f_blocks.checked_mul(disk.f_frsize)?))
}

fn disk_of(path: &str, (free, whole): (u64, u64)) -> Finding {
    let percent = (free / (1 << 20) * 100).checked_div(whole / (1 << 20)).unwrap_or(0);
    let said = format!("{path}에 {} 남았어요 ({percent}%)", gib(free));
    let found = match () {
        () if percent < FREE => Err(format!("{said}. {FREE}%보다 적으면 kubelet이 Pod를 내보내요")),
        () if free < DISK => Err(format!("{said}. 이미지에 {}쯤 들어요", gib(DISK))),
        () => Ok(said),
    };
    finding("디스크", found, "쓰지 않는 이미지와 컨테이너를 지우려면: docker system prune")
}

fn inotify_of(values: &[u64]) -> Finding {
    let low = INOTIFY.iter().zip(values).filter(|((_, least), value)| *value < least);
    let low: Vec<String> = low.map(|((name, least), value)| format!("{name} {value} (권하는 값 {least})")).collect();
    let found = if low.is_empty() { Ok("넉넉해요".to_owned()) } else { Err(low.join(", ")) };
    let settings = INOTIFY.map(|(name, least)| format!("fs.inotify.{name}={least}")).join(" ");
    finding("inotify", found, format!("모자라면 Pod가 'too many open files'로 죽어요: sudo sysctl {settings}"))
}

fn cgroup(second: bool) -> Finding {
    let found = match second {
        true => Ok("v2".to_owned()),
        false => Err("v1: kubelet 1.35부터는 설정 없이 시작하지 않아요".to_owned()),
    };
    finding(
        "cgroup",
        found,
        "jotasu cluster up은 그 설정(failCgroupV1: false)을 넣어 만들어요. 되도록 v2를 쓰는 배포판으로 올리세요.",
    )
}

/// Bytes in GiB, to a tenth.
fn gib(bytes: u64) -> String {
    let tenths = bytes / ((1 << 30) / 10);
    format!("{}.{} GiB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(finding: Finding, ok: bool, words: &str) {
        let said = finding.found.clone().unwrap_or_else(|why| why);
        assert_eq!((finding.found.is_ok(), said.contains(words)), (ok, true), "{said}");
    }

    #[test]
    fn what_a_machine_lacks_is_told_with_what_it_has() {
        let text = "MemTotal:       24689000 kB\nMemAvailable:    2097152 kB\n";
        assert_eq!(available(text), Some(2 << 30));
        assert_eq!(available("MemAvailable: many kB\n"), None);
        check(memory(2 << 30), false, "2.0 GiB");
        check(memory(5 << 30), true, "5.0 GiB");
        check(disk_of("/", (30 << 30, 100 << 30)), true, "30.0 GiB 남았어요 (30%)");
        check(disk_of("/", (30 << 30, 1000 << 30)), false, "kubelet이 Pod를 내보내요");
        check(disk_of("/", (5 << 30, 20 << 30)), false, "이미지에");
        check(disk_of("/", (0, 0)), false, "0.0 GiB");
        check(inotify_of(&[512, 524_288]), true, "");
        check(inotify_of(&[128, 65_536]), false, "max_user_instances 128 (권하는 값 512), max_user_watches 65536");
        check(cgroup(true), true, "v2");
        check(cgroup(false), false, "1.35");
    }

    #[test]
    fn this_machine_is_looked_at() {
        let names: Vec<String> = look().into_iter().map(|finding| finding.name).collect();
        #[cfg(target_os = "linux")]
        assert_eq!(names, ["메모리", "디스크", "inotify", "cgroup"]);
    }
}
