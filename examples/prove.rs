//! LOCAL
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let labs = jotasu::files::Tree::Folder(args[1].clone().into());
    let (lab, problems) = jotasu::lab::load(&labs, &args[2]);
    for p in problems {
        println!("{p}");
    }
    let jobs = args.get(3).and_then(|j| j.parse().ok()).unwrap_or(1);
    let proof = jotasu::cluster::prove(&lab.unwrap(), jobs, &mut |step| {
        println!("{step}");
        for f in &step.failures {
            println!("     {f}");
        }
    })
    .unwrap();
    println!("{} {:?}", proof.holds(), proof.took);
}
