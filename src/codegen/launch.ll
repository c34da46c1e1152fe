; What every object with code for GPUs has, whatever its kernels: the driver
; opened when it is first needed, a module for each context, launches.
;
; It is in LLVM's language since it becomes part of objects for any processor.
; codegen_launch.c puts in @tapc.images, @tapc.n_images and @tapc.functions,
; and writes the functions users call.
;
; A context's module is in a slot. Slots are taken and given back under the
; lock; launches look for theirs without it, so that they wait for nobody.
; Contexts are told apart by the driver's numbers, which are never used again,
; or by their addresses where the driver is too old to have numbers.

%image = type { i32, i32, ptr, ptr, ptr } ; capability, functions, cubin, PTX, names
%slot = type { i64, ptr, i32, i32 }       ; context, module, image, loads

@tapc.images = external constant [0 x %image]
@tapc.n_images = external constant i32
@tapc.functions = external global [0 x ptr] ; all slots' one after the other
@tapc.n_functions = external constant i32   ; of one slot

@tapc.slots = internal global [64 x %slot] zeroinitializer
@tapc.lock = internal global i32 0
@tapc.error = internal global i32 0         ; the driver's last one
@tapc.calls = internal global [10 x ptr] zeroinitializer
@tapc.is_open = internal global i32 0

@tapc.library = private constant [13 x i8] c"libcuda.so.1\00"
@tapc.no_driver = private constant [33 x i8] c"libcuda.so.1 could not be opened\00"
@tapc.name0 = private constant [7 x i8] c"cuInit\00"
@tapc.name1 = private constant [16 x i8] c"cuCtxGetCurrent\00"
@tapc.name2 = private constant [15 x i8] c"cuCtxGetDevice\00"
@tapc.name3 = private constant [21 x i8] c"cuDeviceGetAttribute\00"
@tapc.name4 = private constant [17 x i8] c"cuModuleLoadData\00"
@tapc.name5 = private constant [20 x i8] c"cuModuleGetFunction\00"
@tapc.name6 = private constant [15 x i8] c"cuModuleUnload\00"
@tapc.name7 = private constant [15 x i8] c"cuLaunchKernel\00"
@tapc.name8 = private constant [17 x i8] c"cuGetErrorString\00"
@tapc.name9 = private constant [11 x i8] c"cuCtxGetId\00"
@tapc.names = internal constant [10 x ptr] [ptr @tapc.name0, ptr @tapc.name1,
    ptr @tapc.name2, ptr @tapc.name3, ptr @tapc.name4, ptr @tapc.name5,
    ptr @tapc.name6, ptr @tapc.name7, ptr @tapc.name8, ptr @tapc.name9]

declare ptr @dlopen(ptr, i32)
declare ptr @dlsym(ptr, ptr)

; One function of the driver.
define internal ptr @tapc.call(i32 %i) nounwind {
  %at = getelementptr [10 x ptr], ptr @tapc.calls, i64 0, i32 %i
  %call = load ptr, ptr %at
  ret ptr %call
}

; Remember what the driver says; a status: 0 or TAPC_E_DEVICE.
define internal i32 @tapc.status(i32 %result) nounwind {
  %good = icmp eq i32 %result, 0
  br i1 %good, label %done, label %bad
bad:
  store atomic i32 %result, ptr @tapc.error monotonic, align 4
  br label %done
done:
  %status = select i1 %good, i32 0, i32 5
  ret i32 %status
}

define internal void @tapc.enter() nounwind {
  br label %try
try:
  %before = atomicrmw xchg ptr @tapc.lock, i32 1 acquire
  %is_taken = icmp ne i32 %before, 0
  br i1 %is_taken, label %try, label %done
done:
  ret void
}

define internal void @tapc.leave() nounwind {
  store atomic i32 0, ptr @tapc.lock release, align 4
  ret void
}

; Open the driver, once; under the lock. A status. All its functions but the
; last must be there. (2: all symbols at once.)
define internal i32 @tapc.open() nounwind {
entry:
  %is_open = load atomic i32, ptr @tapc.is_open acquire, align 4
  %known = icmp ne i32 %is_open, 0
  br i1 %known, label %good, label %open
open:
  %library = call ptr @dlopen(ptr @tapc.library, i32 2)
  %none = icmp eq ptr %library, null
  br i1 %none, label %bad, label %find
find:
  %i = phi i32 [0, %open], [%next, %keep]
  %name_at = getelementptr [10 x ptr], ptr @tapc.names, i64 0, i32 %i
  %name = load ptr, ptr %name_at
  %symbol = call ptr @dlsym(ptr %library, ptr %name)
  %is_missing = icmp eq ptr %symbol, null
  %is_needed = icmp ult i32 %i, 9
  %fails = and i1 %is_missing, %is_needed
  br i1 %fails, label %bad, label %keep
keep:
  %at = getelementptr [10 x ptr], ptr @tapc.calls, i64 0, i32 %i
  store ptr %symbol, ptr %at
  %next = add i32 %i, 1
  %more = icmp ult i32 %next, 10
  br i1 %more, label %find, label %start
start:
  %init = call ptr @tapc.call(i32 0)
  %result = call i32 %init(i32 0)
  %status = call i32 @tapc.status(i32 %result)
  %works = icmp eq i32 %status, 0
  br i1 %works, label %opened, label %bad
opened:
  store atomic i32 1, ptr @tapc.is_open release, align 4
  br label %good
good:
  ret i32 0
bad:
  ret i32 5
}

; The current context, in "to"; a status.
define internal i32 @tapc.context(ptr %to) nounwind {
entry:
  store i64 0, ptr %to
  %get_id = call ptr @tapc.call(i32 9)
  %is_old = icmp eq ptr %get_id, null
  br i1 %is_old, label %address, label %number
number:
  %result = call i32 %get_id(ptr null, ptr %to)
  br label %join
address:
  %get_current = call ptr @tapc.call(i32 1)
  %other = call i32 %get_current(ptr %to)
  br label %join
join:
  %either = phi i32 [%result, %number], [%other, %address]
  %context = load i64, ptr %to
  %none = icmp eq i64 %context, 0
  %invalid = select i1 %none, i32 201, i32 0 ; CUDA_ERROR_INVALID_CONTEXT
  %failed = icmp ne i32 %either, 0
  %what = select i1 %failed, i32 %either, i32 %invalid
  %status = call i32 @tapc.status(i32 %what)
  ret i32 %status
}

; The slot of a context (0: the first that is free), or null.
define internal ptr @tapc.slot(i64 %context) nounwind {
entry:
  br label %loop
loop:
  %i = phi i32 [0, %entry], [%next, %again]
  %slot = getelementptr [64 x %slot], ptr @tapc.slots, i64 0, i32 %i
  %owner = load atomic i64, ptr %slot acquire, align 8
  %is_it = icmp eq i64 %owner, %context
  br i1 %is_it, label %found, label %again
again:
  %next = add i32 %i, 1
  %more = icmp ult i32 %next, 64
  br i1 %more, label %loop, label %none
found:
  ret ptr %slot
none:
  ret ptr null
}

; The slot of the current context, where its module is loaded; or null.
define internal ptr @tapc.find() nounwind {
entry:
  %context_at = alloca i64
  %is_open = load atomic i32, ptr @tapc.is_open acquire, align 4
  %known = icmp ne i32 %is_open, 0
  br i1 %known, label %look, label %none
look:
  %status = call i32 @tapc.context(ptr %context_at)
  %good = icmp eq i32 %status, 0
  br i1 %good, label %search, label %none
search:
  %context = load i64, ptr %context_at
  %slot = call ptr @tapc.slot(i64 %context)
  ret ptr %slot
none:
  ret ptr null
}

; The functions of a slot.
define internal ptr @tapc.functions_of(ptr %slot) nounwind {
  %a = ptrtoint ptr %slot to i64
  %b = ptrtoint ptr @tapc.slots to i64
  %bytes = sub i64 %a, %b
  %i = udiv exact i64 %bytes, 24
  %n = load i32, ptr @tapc.n_functions
  %wide = zext i32 %n to i64
  %first = mul i64 %i, %wide
  %at = getelementptr [0 x ptr], ptr @tapc.functions, i64 0, i64 %first
  ret ptr %at
}

; The capability of the current context's device, in "to"; a status.
; (75, 76: CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, _MINOR.)
define internal i32 @tapc.capability(ptr %to) nounwind {
entry:
  %device_at = alloca i32
  %major_at = alloca i32
  %minor_at = alloca i32
  store i32 0, ptr %major_at
  store i32 0, ptr %minor_at
  store i32 0, ptr %device_at
  %get_device = call ptr @tapc.call(i32 2)
  %get_attribute = call ptr @tapc.call(i32 3)
  %a = call i32 %get_device(ptr %device_at)
  %device = load i32, ptr %device_at
  %b = call i32 %get_attribute(ptr %major_at, i32 75, i32 %device)
  %c = call i32 %get_attribute(ptr %minor_at, i32 76, i32 %device)
  %major = load i32, ptr %major_at
  %minor = load i32, ptr %minor_at
  %tens = mul i32 %major, 10
  %capability = add i32 %tens, %minor
  store i32 %capability, ptr %to
  %ab = or i32 %a, %b
  %abc = or i32 %ab, %c
  %status = call i32 @tapc.status(i32 %abc)
  ret i32 %status
}

; The image for a device: the last that is not newer; -1: all are.
define internal i32 @tapc.choose(i32 %capability) nounwind {
entry:
  %n = load i32, ptr @tapc.n_images
  br label %loop
loop:
  %i = phi i32 [%n, %entry], [%last, %test]
  %last = sub i32 %i, 1
  %none = icmp slt i32 %last, 0
  br i1 %none, label %done, label %test
test:
  %at = getelementptr [0 x %image], ptr @tapc.images, i64 0, i32 %last
  %its = load i32, ptr %at
  %fits = icmp sle i32 %its, %capability
  br i1 %fits, label %done, label %loop
done:
  ret i32 %last
}

; Load an image: its machine code if the device is of the same generation, else
; its PTX, which the driver translates. The module goes to "to"; a status.
define internal i32 @tapc.load_image(ptr %image, i32 %capability, ptr %to) nounwind {
entry:
  %load = call ptr @tapc.call(i32 4)
  %its = load i32, ptr %image
  %its_major = sdiv i32 %its, 10
  %major = sdiv i32 %capability, 10
  %is_same = icmp eq i32 %its_major, %major
  %cubin_at = getelementptr %image, ptr %image, i32 0, i32 2
  %cubin = load ptr, ptr %cubin_at
  %has_cubin = icmp ne ptr %cubin, null
  %tries = and i1 %is_same, %has_cubin
  br i1 %tries, label %machine_code, label %text
machine_code:
  %a = call i32 %load(ptr %to, ptr %cubin)
  %good = icmp eq i32 %a, 0
  br i1 %good, label %done, label %text
text:
  %ptx_at = getelementptr %image, ptr %image, i32 0, i32 3
  %ptx = load ptr, ptr %ptx_at
  %b = call i32 %load(ptr %to, ptr %ptx)
  %status = call i32 @tapc.status(i32 %b)
  ret i32 %status
done:
  ret i32 0
}

; All functions of an image's module to where a slot has them; a status.
define internal i32 @tapc.load_functions(ptr %image, ptr %module, ptr %functions) nounwind {
entry:
  %get = call ptr @tapc.call(i32 5)
  %n_at = getelementptr %image, ptr %image, i32 0, i32 1
  %n = load i32, ptr %n_at
  %names_at = getelementptr %image, ptr %image, i32 0, i32 4
  %names = load ptr, ptr %names_at
  br label %loop
loop:
  %i = phi i32 [0, %entry], [%next, %step]
  %more = icmp ult i32 %i, %n
  br i1 %more, label %step, label %done
step:
  %name_at = getelementptr ptr, ptr %names, i32 %i
  %name = load ptr, ptr %name_at
  %to = getelementptr ptr, ptr %functions, i32 %i
  %result = call i32 %get(ptr %to, ptr %module, ptr %name)
  %status = call i32 @tapc.status(i32 %result)
  %next = add i32 %i, 1
  %good = icmp eq i32 %status, 0
  br i1 %good, label %loop, label %bad
done:
  ret i32 0
bad:
  ret i32 5
}

; Fill a free slot for a context that has none; under the lock. A status.
define internal i32 @tapc.load_new(i64 %context) nounwind {
entry:
  %capability_at = alloca i32
  %module_at = alloca ptr
  %slot = call ptr @tapc.slot(i64 0)
  %is_full = icmp eq ptr %slot, null
  br i1 %is_full, label %bad, label %ask
ask:
  %asked = call i32 @tapc.capability(ptr %capability_at)
  %knows = icmp eq i32 %asked, 0
  br i1 %knows, label %choose, label %bad
choose:
  %capability = load i32, ptr %capability_at
  %which = call i32 @tapc.choose(i32 %capability)
  %is_older = icmp slt i32 %which, 0
  br i1 %is_older, label %older, label %load
older:
  %noted = call i32 @tapc.status(i32 209) ; CUDA_ERROR_NO_BINARY_FOR_GPU
  ret i32 %noted
load:
  %image = getelementptr [0 x %image], ptr @tapc.images, i64 0, i32 %which
  %loaded = call i32 @tapc.load_image(ptr %image, i32 %capability, ptr %module_at)
  %is_loaded = icmp eq i32 %loaded, 0
  br i1 %is_loaded, label %fill, label %bad
fill:
  %module = load ptr, ptr %module_at
  %functions = call ptr @tapc.functions_of(ptr %slot)
  %filled = call i32 @tapc.load_functions(ptr %image, ptr %module, ptr %functions)
  %is_filled = icmp eq i32 %filled, 0
  br i1 %is_filled, label %publish, label %drop
drop:
  %unload = call ptr @tapc.call(i32 6)
  %dropped = call i32 %unload(ptr %module)
  br label %bad
publish:
  %slot_module = getelementptr %slot, ptr %slot, i32 0, i32 1
  store ptr %module, ptr %slot_module
  %slot_image = getelementptr %slot, ptr %slot, i32 0, i32 2
  store i32 %which, ptr %slot_image
  %slot_loads = getelementptr %slot, ptr %slot, i32 0, i32 3
  store i32 1, ptr %slot_loads
  store atomic i64 %context, ptr %slot release, align 8
  ret i32 0
bad:
  ret i32 5
}

; Load for the current context, or count one more who did; under the lock.
define internal i32 @tapc.load_locked() nounwind {
entry:
  %context_at = alloca i64
  %opened = call i32 @tapc.open()
  %is_open = icmp eq i32 %opened, 0
  br i1 %is_open, label %ask, label %bad
ask:
  %status = call i32 @tapc.context(ptr %context_at)
  %good = icmp eq i32 %status, 0
  br i1 %good, label %look, label %bad
look:
  %context = load i64, ptr %context_at
  %slot = call ptr @tapc.slot(i64 %context)
  %is_new = icmp eq ptr %slot, null
  br i1 %is_new, label %new, label %known
new:
  %loaded = call i32 @tapc.load_new(i64 %context)
  ret i32 %loaded
known:
  %loads_at = getelementptr %slot, ptr %slot, i32 0, i32 3
  %loads = load i32, ptr %loads_at
  %more = add i32 %loads, 1
  store i32 %more, ptr %loads_at
  ret i32 0
bad:
  ret i32 5
}

define internal i32 @tapc.load() nounwind {
  call void @tapc.enter()
  %status = call i32 @tapc.load_locked()
  call void @tapc.leave()
  ret i32 %status
}

; The last who loaded gives the slot back.
define internal void @tapc.unload() nounwind {
entry:
  call void @tapc.enter()
  %slot = call ptr @tapc.find()
  %none = icmp eq ptr %slot, null
  br i1 %none, label %done, label %count
count:
  %loads_at = getelementptr %slot, ptr %slot, i32 0, i32 3
  %loads = load i32, ptr %loads_at
  %less = sub i32 %loads, 1
  store i32 %less, ptr %loads_at
  %is_last = icmp eq i32 %less, 0
  br i1 %is_last, label %drop, label %done
drop:
  %module_at = getelementptr %slot, ptr %slot, i32 0, i32 1
  %module = load ptr, ptr %module_at
  store atomic i64 0, ptr %slot release, align 8
  %unload = call ptr @tapc.call(i32 6)
  %result = call i32 %unload(ptr %module)
  %status = call i32 @tapc.status(i32 %result)
  br label %done
done:
  call void @tapc.leave()
  ret void
}

; Blocks in a row, no memory beyond what the function has; a status.
define internal i32 @tapc.launch(ptr %function, i32 %blocks, i32 %threads, ptr %stream, ptr %arguments) nounwind {
  %launch = call ptr @tapc.call(i32 7)
  %result = call i32 %launch(ptr %function, i32 %blocks, i32 1, i32 1, i32 %threads, i32 1, i32 1, i32 0, ptr %stream, ptr %arguments, ptr null)
  %status = call i32 @tapc.status(i32 %result)
  ret i32 %status
}

; What the driver's last error means.
define internal ptr @tapc.describe() nounwind {
entry:
  %text_at = alloca ptr
  store ptr @tapc.no_driver, ptr %text_at
  %get = call ptr @tapc.call(i32 8)
  %none = icmp eq ptr %get, null
  br i1 %none, label %done, label %ask
ask:
  %error = load atomic i32, ptr @tapc.error monotonic, align 4
  %result = call i32 %get(i32 %error, ptr %text_at)
  br label %done
done:
  %text = load ptr, ptr %text_at
  ret ptr %text
}
